package dev.berth.streaming.portforward;

import dev.berth.streaming.websocket.ChannelCodec;
import dev.berth.streaming.websocket.ChannelFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A client that forwards ports over WebSocket channels: of its ports, numbered from 0, channel 2n
 * carries the data of the one connection and 2n + 1 its error; each begins with the port, 16 bits,
 * little endian.
 */
public final class WebSocketForward extends ChannelFrames {
  private final List<Integer> ports;
  private final Dialer dialer;
  private final Executor pool;
  private final List<Port> forwards = new ArrayList<>();

  public WebSocketForward(List<Integer> ports, ChannelCodec codec, Dialer dialer, Executor pool) {
    super(codec);
    this.ports = List.copyOf(ports);
    this.dialer = dialer;
    this.pool = pool;
  }

  @Override
  protected void begin() {
    for (int i = 0; i < ports.size(); i++) {
      Port port = new Port(2 * i);
      forwards.add(port);
      port.announce(ports.get(i));
    }
    for (int i = 0; i < ports.size(); i++) {
      Port port = forwards.get(i);
      port.forward = ForwardConnection.begin(port, ports.get(i), dialer, pool);
    }
  }

  @Override
  protected void content(int channel, ByteBuf bytes) {
    if (channel >= 0 && channel % 2 == 0 && channel / 2 < forwards.size()) {
      ForwardConnection forward = forwards.get(channel / 2).forward;
      if (forward != null && bytes.isReadable()) {
        forward.data(bytes.retainedSlice());
      }
    }
  }

  @Override
  protected void gone() {
    forwards.forEach(Port::close);
  }

  @Override
  protected void writableAgain() {
    forwards.forEach(Port::writableAgain);
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
        send(channel + i, Unpooled.buffer(2).writeShortLE(number));
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
      return eventLoop();
    }

    @Override
    public void data(ByteBuf bytes) {
      send(channel, bytes);
    }

    /** These channels have no end of their own: with one port the connection ends. */
    @Override
    public void ended() {
      if (forwards.size() == 1) {
        endGently();
      }
    }

    @Override
    public void closed(String problem) {
      if (!problem.isEmpty()) {
        send(channel + 1, Unpooled.copiedBuffer(problem, StandardCharsets.UTF_8));
      }
      ended();
    }

    @Override
    public boolean writable() {
      return takesMore();
    }

    @Override
    public void reading(boolean wanted) {
      hold(this, !wanted);
    }
  }
}
