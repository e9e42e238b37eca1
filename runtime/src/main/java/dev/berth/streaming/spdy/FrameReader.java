package dev.berth.streaming.spdy;

import io.netty.buffer.ByteBuf;
import java.util.Map;

/**
 * Reads SPDY/3.1 frames from bytes that come in any pieces. Pure: it knows no connection.
 *
 * <p>Data frames are handed on piece by piece, so that their length, up to 16 MiB, costs nothing;
 * control frames are collected up to {@link Limits#controlFrameBytes}.
 */
final class FrameReader implements AutoCloseable {

  /** Hears of frames. */
  interface Events {
    /** A stream begins; {@code end} when its sender sends nothing more on it. */
    void opened(int stream, boolean end, Map<String, String> headers) throws SpdyError;

    /** A piece of data, a slice that lives as long as the call; maybe empty with the end. */
    void data(int stream, ByteBuf piece, boolean end) throws SpdyError;

    void reset(int stream);

    void ping(int id);

    /** The peer opens no more streams. */
    void goingAway();

    /** Headers after the first; only their end of stream matters here. */
    void headers(int stream, boolean end) throws SpdyError;
  }

  private final Limits limits;
  private final Events events;
  private final HeaderReader headers;
  private final byte[] head = new byte[8];
  private int headBytes;
  private boolean inFrame;
  private int left;
  private byte[] collected = new byte[0];
  private int collectedBytes;

  FrameReader(Limits limits, Events events) {
    this.limits = limits;
    this.events = events;
    this.headers = new HeaderReader(limits);
  }

  /** Takes bytes; the buffer stays the caller's and is read to its end. */
  void read(ByteBuf in) throws SpdyError {
    while (in.isReadable()) {
      if (inFrame) {
        body(in);
      } else {
        header(in);
      }
    }
  }

  private void header(ByteBuf in) throws SpdyError {
    int n = Math.min(in.readableBytes(), head.length - headBytes);
    in.readBytes(head, headBytes, n);
    headBytes += n;
    if (headBytes == head.length) {
      headBytes = 0;
      begin(in);
    }
  }

  private void begin(ByteBuf in) throws SpdyError {
    left = int32(head, 4) & 0xffffff;
    inFrame = true;
    if (isControl()) {
      int version = int32(head, 0) >>> 16 & 0x7fff;
      if (version != Frames.VERSION) {
        throw new SpdyError("control frame of version " + version);
      }
      if (left > limits.controlFrameBytes()) {
        throw new SpdyError("control frame of " + left + " bytes");
      }
      collected = new byte[left];
      collectedBytes = 0;
    }
    if (left == 0) {
      body(in);
    }
  }

  private boolean isControl() {
    return head[0] < 0;
  }

  private int flags() {
    return Byte.toUnsignedInt(head[4]);
  }

  private void body(ByteBuf in) throws SpdyError {
    int n = Math.min(in.readableBytes(), left);
    left -= n;
    inFrame = left > 0;
    if (isControl()) {
      in.readBytes(collected, collectedBytes, n);
      collectedBytes += n;
      if (left == 0) {
        control(int32(head, 0) & 0xffff);
      }
    } else {
      boolean end = left == 0 && (flags() & Frames.FLAG_FIN) != 0;
      events.data(int32(head, 0), in.readSlice(n), end);
    }
  }

  private void control(int type) throws SpdyError {
    boolean end = (flags() & Frames.FLAG_FIN) != 0;
    switch (type) {
      case Frames.SYN_STREAM -> events.opened(stream(10), end, block(10));
      case Frames.HEADERS, Frames.SYN_REPLY -> {
        int stream = stream(4);
        var _ = block(4);
        events.headers(stream, end);
      }
      case Frames.RST_STREAM -> events.reset(stream(8));
      case Frames.PING -> events.ping(number(4));
      case Frames.GOAWAY -> events.goingAway();
      // windows: no peer of this protocol uses them, see docs/decisions
      case Frames.SETTINGS, Frames.WINDOW_UPDATE -> {}
      default -> throw new SpdyError("control frame of type " + type);
    }
  }

  private int stream(int least) throws SpdyError {
    int stream = number(least) & 0x7fffffff;
    if (stream == 0) {
      throw new SpdyError("frame of stream 0");
    }
    return stream;
  }

  private int number(int least) throws SpdyError {
    if (collected.length < least) {
      throw new SpdyError("control frame of " + collected.length + " bytes");
    }
    return int32(collected, 0);
  }

  private Map<String, String> block(int at) throws SpdyError {
    return headers.read(
        io.netty.buffer.Unpooled.wrappedBuffer(collected, at, collected.length - at));
  }

  private static int int32(byte[] from, int at) {
    return Byte.toUnsignedInt(from[at]) << 24
        | Byte.toUnsignedInt(from[at + 1]) << 16
        | Byte.toUnsignedInt(from[at + 2]) << 8
        | Byte.toUnsignedInt(from[at + 3]);
  }

  @Override
  public void close() {
    headers.close();
  }
}
