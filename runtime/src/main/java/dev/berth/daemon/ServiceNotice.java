package dev.berth.daemon;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the service manager how the daemon is doing: sd_notify(3), without its library. */
public final class ServiceNotice {
  private static final Logger log = LoggerFactory.getLogger(ServiceNotice.class);

  private ServiceNotice() {}

  /**
   * Sends one notice, such as {@code READY=1}. A manager that cannot be told is noted in the log
   * and does not stop the daemon.
   *
   * @param address the value of {@code NOTIFY_SOCKET}: an absolute path, or {@code @} and a name in
   *     the abstract namespace
   */
  public static void send(String address, String notice) {
    String path = address.startsWith("@") ? "\0" + address.substring(1) : address;
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      Channel channel =
          new Bootstrap()
              .group(loop)
              .channel(EpollDomainDatagramChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(new DomainSocketAddress(path))
              .syncUninterruptibly()
              .channel();
      channel
          .writeAndFlush(Unpooled.copiedBuffer(notice, StandardCharsets.UTF_8))
          .syncUninterruptibly();
      channel.close().syncUninterruptibly();
    } catch (Exception e) {
      log.warn("tell the service manager at {} \"{}\": {}", address, notice, e.toString());
    } finally {
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }
}
