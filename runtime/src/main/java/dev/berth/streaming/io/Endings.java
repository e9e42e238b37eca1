package dev.berth.streaming.io;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/** How a connection ends without losing what was sent last. */
public final class Endings {
  /** How long a client may take to close its side after us. */
  private static final long LINGER_SECONDS = 5;

  private Endings() {}

  /**
   * Sends what is written, then that nothing more comes, and closes when the peer does or after a
   * while. Closing at once, with something unread, would make the kernel reset the connection, and
   * the peer lose what it has not read yet.
   *
   * @param last written and flushed last
   */
  public static void gently(Channel channel, io.netty.channel.ChannelFuture last) {
    channel.config().setAutoRead(true);
    last.addListener((ChannelFutureListener) done -> sayEnd(channel));
    var timer =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  var _ = channel.close();
                },
                LINGER_SECONDS,
                TimeUnit.SECONDS);
    channel.closeFuture().addListener(_ -> timer.cancel(false));
  }

  private static void sayEnd(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      var _ = tls.closeOutbound();
    } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      var _ = duplex.shutdownOutput();
    }
  }
}
