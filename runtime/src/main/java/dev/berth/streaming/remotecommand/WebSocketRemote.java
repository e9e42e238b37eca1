package dev.berth.streaming.remotecommand;

import dev.berth.streaming.io.Backpressure;
import dev.berth.streaming.websocket.ChannelCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks remotecommand over WebSocket: messages whose first byte is the channel.
 * Stdin 0, stdout 1, stderr 2, error 3, resize 4; from v5 on 255 closes the channel named behind
 * it.
 */
public final class WebSocketRemote extends dev.berth.streaming.websocket.FrameHandler
    implements RemoteClient {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final int RESIZE = 4;
  private static final int CLOSE = 255;

  private final StreamSet wanted;
  private final ChannelCodec codec;
  private final boolean closes;
  private final boolean structured;
  private final RemoteSession.Opener opener;
  private final TerminalSizes sizes = new TerminalSizes();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Backpressure backpressure;
  private @Nullable RemoteSession session;
  private int current = -1;
  private boolean stdinEnded;
  private boolean finished;

  /**
   * A client whose upgrade was answered.
   *
   * @param closes whether the protocol has the close signal (v5)
   * @param structured whether the error channel has a status (v4 and later)
   */
  public WebSocketRemote(
      StreamSet wanted,
      ChannelCodec codec,
      boolean closes,
      boolean structured,
      RemoteSession.Opener opener) {
    this.wanted = wanted;
    this.codec = codec;
    this.closes = closes;
    this.structured = structured;
    this.opener = opener;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    backpressure = new Backpressure(ctx.channel());
    // older clients wait for a first, empty message as the sign that the streams stand
    for (int channel = STDOUT; channel <= ERROR; channel++) {
      if (has(channel)) {
        var _ = ctx.write(codec.encode(channel, Unpooled.EMPTY_BUFFER));
      }
    }
    ctx.flush();
    session = opener.open(this);
  }

  private boolean has(int channel) {
    return switch (channel) {
      case STDIN -> wanted.stdin();
      case STDOUT -> wanted.stdout();
      case STDERR -> wanted.stderr();
      case ERROR -> true;
      case RESIZE -> wanted.tty();
      default -> false;
    };
  }

  @Override
  protected void message(WebSocketFrame frame, boolean first) {
    ByteBuf bytes = codec.decode(frame);
    try {
      if (first) {
        current = bytes.isReadable() ? codec.channel(bytes.readUnsignedByte()) : -1;
      }
      dispatch(bytes);
    } finally {
      bytes.release();
    }
  }

  private void dispatch(ByteBuf bytes) {
    RemoteSession to = Objects.requireNonNull(session);
    if (current == STDIN && wanted.stdin() && !stdinEnded) {
      if (bytes.isReadable()) {
        to.stdin(bytes.retainedSlice());
      }
    } else if (current == RESIZE && wanted.tty()) {
      sizes.read(bytes, to::resize);
    } else if (current == CLOSE
        && closes
        && bytes.isReadable()
        && bytes.readUnsignedByte() == STDIN) {
      stdinEnded = true;
      to.stdinEnded();
    }
  }

  @Override
  protected void gone() {
    if (session != null) {
      session.gone();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean writable = ctx.channel().isWritable();
    Objects.requireNonNull(backpressure).hold("output", !writable);
    if (writable && session != null) {
      session.writable();
    }
  }

  @Override
  public EventLoop loop() {
    return context().channel().eventLoop();
  }

  @Override
  public void stdout(ByteBuf bytes) {
    send(STDOUT, bytes);
  }

  @Override
  public void stderr(ByteBuf bytes) {
    send(STDERR, bytes);
  }

  private void send(int channel, ByteBuf bytes) {
    if (finished || !has(channel) || !bytes.isReadable()) {
      bytes.release();
    } else {
      var _ = context().writeAndFlush(codec.encode(channel, bytes));
    }
  }

  @Override
  public boolean writable() {
    return context().channel().isWritable();
  }

  @Override
  public void reading(boolean wantedNow) {
    if (!finished) {
      Objects.requireNonNull(backpressure).hold("stdin", !wantedNow);
    }
  }

  @Override
  public void finish(Outcome outcome) {
    if (!finished) {
      byte[] status = outcome.encode(structured);
      if (status.length > 0) {
        send(ERROR, Unpooled.wrappedBuffer(status));
      }
      finished = true;
      closeGently(context(), 1000, "");
    }
  }
}
