package dev.berth.streaming;

import dev.berth.streaming.portforward.SpdyForward;
import dev.berth.streaming.portforward.WebSocketForward;
import dev.berth.streaming.remotecommand.SpdyRemote;
import dev.berth.streaming.remotecommand.WebSocketRemote;
import dev.berth.streaming.spdy.Limits;
import dev.berth.streaming.spdy.SpdyConnection;
import dev.berth.streaming.websocket.TunnelCodec;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Puts what is spoken after the upgrade on a connection. */
final class Conversations {
  /** Longest WebSocket frame; clients send 32 KiB, the Python one what it is given. */
  private static final int FRAME_BYTES = 1 << 20;

  private final Executor pool;
  private final Duration patience;

  /**
   * Of one server.
   *
   * @param pool where shims are waited for
   * @param patience how long a client may take to open its streams
   */
  Conversations(Executor pool, Duration patience) {
    this.pool = pool;
    this.patience = patience;
  }

  /** Adds the handlers behind the last one. */
  void begin(ChannelHandlerContext ctx, Grant grant, Protocol protocol) {
    ChannelPipeline to = ctx.pipeline();
    switch (protocol) {
      case Protocol.SpdyRemoteCommand p -> spdyRemote(ctx, (Grant.Remote) grant, p);
      case Protocol.ChannelRemoteCommand p -> {
        Grant.Remote remote = (Grant.Remote) grant;
        webSocket(to)
            .addLast(
                new WebSocketRemote(
                    remote.streams(), p.codec(), p.closes(), p.structured(), remote.opener()));
      }
      case Protocol.SpdyPorts _ -> to.addLast(spdyForward((Grant.Forward) grant));
      case Protocol.TunnelledPorts _ ->
          webSocket(to)
              .addLast(new TunnelCodec())
              .addLast(new TunnelCodec.Outbound())
              .addLast(spdyForward((Grant.Forward) grant));
      case Protocol.ChannelPorts p -> {
        Grant.Forward forward = (Grant.Forward) grant;
        webSocket(to)
            .addLast(new WebSocketForward(forward.ports(), p.codec(), forward.dialer(), pool));
      }
    }
  }

  private void spdyRemote(
      ChannelHandlerContext ctx, Grant.Remote grant, Protocol.SpdyRemoteCommand protocol) {
    SpdyRemote remote = new SpdyRemote(grant.streams(), protocol.version(), grant.opener());
    ctx.pipeline().addLast(new SpdyConnection(Limits.DEFAULT, remote));
    var timer =
        ctx.executor()
            .schedule(
                () -> {
                  if (!remote.begun()) {
                    var _ = ctx.channel().close();
                  }
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
    ctx.channel().closeFuture().addListener(_ -> timer.cancel(false));
  }

  private SpdyConnection spdyForward(Grant.Forward grant) {
    return new SpdyConnection(Limits.DEFAULT, new SpdyForward(grant.dialer(), pool, patience));
  }

  private static ChannelPipeline webSocket(ChannelPipeline to) {
    WebSocketDecoderConfig config =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(FRAME_BYTES)
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            .withUTF8Validator(false)
            .build();
    return to.addLast(new WebSocket13FrameDecoder(config))
        .addLast(new WebSocket13FrameEncoder(false));
  }
}
