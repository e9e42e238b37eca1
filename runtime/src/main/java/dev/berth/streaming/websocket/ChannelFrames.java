package dev.berth.streaming.websocket;

import dev.berth.streaming.io.Backpressure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A WebSocket whose messages are for channels: a first byte says which, the rest is content. */
public abstract class ChannelFrames extends FrameHandler {
  private static final int NORMAL_CLOSURE = 1000;

  private final ChannelCodec codec;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Backpressure backpressure;
  private int current = -1;

  protected ChannelFrames(ChannelCodec codec) {
    this.codec = codec;
  }

  /** The connection stands. Called once, first. */
  protected abstract void begin();

  /**
   * Content of a message or of a part of one; it lives as long as the call.
   *
   * @param channel as the client numbers it, negative for a message without a channel
   */
  protected abstract void content(int channel, ByteBuf bytes);

  /** The client takes more again. */
  protected abstract void writableAgain();

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    backpressure = new Backpressure(ctx.channel());
    begin();
  }

  @Override
  protected final void message(WebSocketFrame frame, boolean first) {
    ByteBuf bytes = codec.decode(frame);
    try {
      if (first) {
        current = bytes.isReadable() ? codec.channel(bytes.readUnsignedByte()) : -1;
      }
      content(current, bytes);
    } finally {
      bytes.release();
    }
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean writable = ctx.channel().isWritable();
    hold("output", !writable);
    if (writable) {
      writableAgain();
    }
  }

  /** Sends bytes on a channel, which it takes over. */
  protected final void send(int channel, ByteBuf bytes) {
    var _ = context().writeAndFlush(codec.encode(channel, bytes));
  }

  /** Adds or takes back a reason not to read from the client. */
  protected final void hold(Object reason, boolean on) {
    Objects.requireNonNull(backpressure).hold(reason, on);
  }

  /** Whether the client takes what it is sent. */
  protected final boolean takesMore() {
    return context().channel().isWritable();
  }

  protected final EventLoop eventLoop() {
    return context().channel().eventLoop();
  }

  /** Says goodbye: all went as it should. */
  protected final void endGently() {
    closeGently(context(), NORMAL_CLOSURE, "");
  }
}
