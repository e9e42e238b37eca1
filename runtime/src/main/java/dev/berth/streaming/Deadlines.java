package dev.berth.streaming;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a connection that does not get past its request in time, and one without traffic. */
final class Deadlines extends IdleStateHandler {
  private final Duration patience;

  Deadlines(Duration patience, Duration idle) {
    super(0, 0, idle.toMillis(), TimeUnit.MILLISECONDS);
    this.patience = patience;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    ChannelPipeline pipeline = ctx.pipeline();
    var timer =
        ctx.executor()
            .schedule(
                () -> {
                  if (pipeline.get(UpgradeHandler.class) != null) {
                    var _ = ctx.close();
                  }
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
    ctx.channel().closeFuture().addListener(_ -> timer.cancel(false));
    super.channelActive(ctx);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
    var _ = ctx.close();
  }
}
