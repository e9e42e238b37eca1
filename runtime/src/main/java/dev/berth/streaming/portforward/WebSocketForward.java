package dev.berth.streaming.portforward;

import dev.berth.streaming.io.Backpressure;
import dev.berth.streaming.websocket.ChannelCodec;
import dev.berth.streaming.websocket.FrameHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A client that forwards ports over WebSocket channels: of its ports, numbered from 0, channel 2n
 * carries the data of the one connection and 2n + 1 its error; each begins with the port, 16 bits,
 * little endian.
 */
public final class WebSocketForward extends FrameHandler {
  private final List<Integer> ports;
  private final ChannelCodec codec;
  private final Dialer dialer;
  private final Executor pool;
  private final List<Port> forwards = new ArrayList<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Backpressure backpressure;
  private int current;

  public WebSocketForward(List<Integer> ports, ChannelCodec codec, Dialer dialer, Executor pool) {
    this.ports = List.copyOf(ports);
    this.codec = codec;
    this.dialer = dialer;
    this.pool = pool;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    backpressure = new Backpressure(ctx.channel());
    for (int i = 0; i < ports.size(); i++) {
      Port port = new Port(2 * i);
      forwards.add(port);
      port.announce(ports.get(i));
    }
    ctx.flush();
    for (int i = 0; i < ports.size(); i++) {
      Port port = forwards.get(i);
      port.forward = ForwardConnection.begin(port, ports.get(i), dialer, pool);
    }
  }

  @Override
  protected void message(WebSocketFrame frame, boolean first) {
    ByteBuf bytes = codec.decode(frame);
    try {
      if (first) {
        current = bytes.isReadable() ? codec.channel(bytes.readUnsignedByte()) : -1;
      }
      if (current >= 0 && current % 2 == 0 && current / 2 < forwards.size()) {
        ForwardConnection forward = forwards.get(current / 2).forward;
        if (forward != null && bytes.isReadable()) {
          forward.data(bytes.retainedSlice());
        }
      }
    } finally {
      bytes.release();
    }
  }

  @Override
  protected void gone() {
    forwards.forEach(Port::close);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean writable = ctx.channel().isWritable();
    Objects.requireNonNull(backpressure).hold("output", !writable);
    if (writable) {
      forwards.forEach(Port::writableAgain);
    }
  }

  /** One port and its two channels. */
  private final class Port implements ForwardPeer {
    private final int channel;
    private @Nullable ForwardConnection forward;

    Port(int channel) {
      this.channel = channel;
    }

    void announce(int number) {
      for (int i = 0; i < 2; i++) {
        var _ = context().write(codec.encode(channel + i, Unpooled.buffer(2).writeShortLE(number)));
      }
    }

    void writableAgain() {
      if (forward != null) {
        forward.writable();
      }
    }

    void close() {
      if (forward != null) {
        forward.close();
      }
    }

    @Override
    public EventLoop loop() {
      return context().channel().eventLoop();
    }

    @Override
    public void data(ByteBuf bytes) {
      var _ = context().writeAndFlush(codec.encode(channel, bytes));
    }

    /** These channels have no end of their own: with one port the connection ends. */
    @Override
    public void ended() {
      if (forwards.size() == 1) {
        closeGently(context(), 1000, "");
      }
    }

    @Override
    public void closed(String problem) {
      if (!problem.isEmpty()) {
        ByteBuf text = Unpooled.copiedBuffer(problem, StandardCharsets.UTF_8);
        var _ = context().writeAndFlush(codec.encode(channel + 1, text));
      }
      ended();
    }

    @Override
    public boolean writable() {
      return context().channel().isWritable();
    }

    @Override
    public void reading(boolean wanted) {
      Objects.requireNonNull(backpressure).hold(this, !wanted);
    }
  }
}
