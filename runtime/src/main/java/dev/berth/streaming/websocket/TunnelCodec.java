package dev.berth.streaming.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A whole SPDY connection inside a WebSocket: every binary message is bytes of it. What passes
 * {@link Outbound} goes into messages, what comes in messages is handed on as bytes.
 */
public final class TunnelCodec extends FrameHandler {
  private @Nullable ChannelHandlerContext context;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  protected void message(WebSocketFrame frame, boolean first) {
    var _ = Objects.requireNonNull(context).fireChannelRead(frame.content().retain());
  }

  /** The connection inside ends at once, also while this side still waits for the goodbye. */
  @Override
  protected void gone() {
    var _ = Objects.requireNonNull(context).fireChannelInactive();
  }

  /** The other direction. */
  public static final class Outbound extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      boolean bytes = message instanceof ByteBuf;
      var _ = ctx.write(bytes ? new BinaryWebSocketFrame((ByteBuf) message) : message, promise);
    }
  }
}
