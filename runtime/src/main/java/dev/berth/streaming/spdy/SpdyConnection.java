package dev.berth.streaming.spdy;

import dev.berth.streaming.io.Backpressure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of a SPDY/3.1 connection: bytes in, bytes out, streams between.
 *
 * <p>There are no windows: the peers of this protocol neither send nor honour them, so the only
 * brake is TCP's, through {@link Backpressure}. A peer that does not take what we send is not read
 * any further, pings included.
 */
public final class SpdyConnection extends ChannelInboundHandlerAdapter
    implements FrameReader.Events {
  private static final Logger LOG = LoggerFactory.getLogger(SpdyConnection.class);

  /** What is spoken over the connection. */
  public interface Application {
    /** The connection stands. */
    void opened(SpdyConnection connection);

    /**
     * The peer opens a stream.
     *
     * @return whether it is taken; otherwise it is refused
     */
    boolean stream(SpdyStream stream, Map<String, String> headers);

    /** The peer takes what we send, or stops taking it. */
    void writable(boolean now);

    /** The connection is gone. Told once. */
    void gone();
  }

  private final Limits limits;
  private final Application application;
  private final FrameReader reader;
  private final Map<Integer, SpdyStream> streams = new HashMap<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Backpressure backpressure;
  private int lastStream;
  private boolean replied;
  private boolean over;

  public SpdyConnection(Limits limits, Application application) {
    this.limits = limits;
    this.application = application;
    this.reader = new FrameReader(limits, this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    backpressure = new Backpressure(ctx.channel());
    application.opened(this);
  }

  /** Stops and resumes reading from the peer. */
  public Backpressure backpressure() {
    return java.util.Objects.requireNonNull(backpressure);
  }

  /** The channel's context. */
  public ChannelHandlerContext context() {
    return java.util.Objects.requireNonNull(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (!over) {
        reader.read(bytes);
      }
    } catch (SpdyError e) {
      LOG.debug(
          "spdy connection of {} broken off: {}", ctx.channel().remoteAddress(), e.getMessage());
      send(Frames.goAway(lastStream, Frames.GOAWAY_PROTOCOL_ERROR));
      flush();
      var _ = ctx.close();
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean writable = ctx.channel().isWritable();
    backpressure().hold("output", !writable);
    application.writable(writable);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("spdy connection of {} failed", ctx.channel().remoteAddress(), cause);
    var _ = ctx.close();
  }

  private void end() {
    if (!over) {
      over = true;
      streams.clear();
      reader.close();
      application.gone();
    }
  }

  /** Sends a frame; it is flushed when this turn of reading ends, or by {@link #flush}. */
  void send(ByteBuf frame) {
    if (over) {
      frame.release();
    } else {
      var _ = context().write(frame);
    }
  }

  /** Sends what was written. */
  public void flush() {
    if (!over) {
      context().flush();
    }
  }

  void forget(int stream) {
    streams.remove(stream);
  }

  @Override
  public void opened(int id, boolean end, Map<String, String> headers) throws SpdyError {
    if (id % 2 == 0 || id <= lastStream) {
      throw new SpdyError("stream " + id + " after stream " + lastStream);
    }
    lastStream = id;
    SpdyStream stream = new SpdyStream(this, id);
    if (streams.size() >= limits.streams()) {
      send(Frames.reset(id, Frames.RST_REFUSED_STREAM));
      return;
    }
    streams.put(id, stream);
    send(Frames.reply(id, !replied));
    replied = true;
    if (!application.stream(stream, headers)) {
      stream.reset();
    } else if (end) {
      stream.remoteEnd(false);
    }
  }

  @Override
  public void data(int id, ByteBuf piece, boolean end) {
    SpdyStream stream = streams.get(id);
    if (stream == null || stream.remoteHasEnded()) {
      return; // of one that was reset while this was on its way
    }
    if (piece.isReadable()) {
      stream.owner().data(piece);
    }
    if (end) {
      stream.remoteEnd(false);
    }
  }

  @Override
  public void reset(int id) {
    SpdyStream stream = streams.remove(id);
    if (stream != null) {
      stream.remoteEnd(true);
    }
  }

  @Override
  public void ping(int id) {
    // ours have even numbers; an answer to one of ours needs none
    if (id % 2 != 0) {
      send(Frames.ping(id));
    }
  }

  @Override
  public void goingAway() {
    // what is open may go on; the peer closes the connection when it is done
  }

  @Override
  public void headers(int id, boolean end) {
    SpdyStream stream = streams.get(id);
    if (stream != null && end) {
      stream.remoteEnd(false);
    }
  }
}
