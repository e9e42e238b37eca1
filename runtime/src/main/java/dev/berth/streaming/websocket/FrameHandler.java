package dev.berth.streaming.websocket;

import dev.berth.streaming.io.Endings;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every WebSocket of ours does: answers pings and closes, hands messages on. */
public abstract class FrameHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);

  private boolean closing;
  private boolean over;

  /**
   * A message or a part of one; the frame lives as long as the call.
   *
   * @param first false for what continues a message
   */
  protected abstract void message(WebSocketFrame frame, boolean first);

  /** The client is gone. Called once. */
  protected abstract void gone();

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    WebSocketFrame frame = (WebSocketFrame) message;
    try {
      switch (frame) {
        case PingWebSocketFrame ping -> {
          var _ = ctx.write(new PongWebSocketFrame(ping.content().retain()));
        }
        case PongWebSocketFrame _ -> {}
        case CloseWebSocketFrame _ -> closed(ctx);
        case ContinuationWebSocketFrame more -> hand(more, false);
        default -> hand(frame, true);
      }
    } finally {
      frame.release();
    }
  }

  private void hand(WebSocketFrame frame, boolean first) {
    if (!closing && !over) {
      message(frame, first);
    }
  }

  private void closed(ChannelHandlerContext ctx) {
    if (closing) {
      var _ = ctx.close();
    } else {
      end();
      closeGently(ctx, 1000, "");
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("websocket of {} failed", ctx.channel().remoteAddress(), cause);
    end();
    closeGently(ctx, 1002, "protocol error");
  }

  private void end() {
    if (!over) {
      over = true;
      gone();
    }
  }

  /** Says goodbye and waits a while for the other side to say it too. */
  protected final void closeGently(ChannelHandlerContext ctx, int code, String reason) {
    if (!closing && ctx.channel().isActive()) {
      closing = true;
      Endings.gently(ctx.channel(), ctx.writeAndFlush(new CloseWebSocketFrame(code, reason)));
    }
  }
}
