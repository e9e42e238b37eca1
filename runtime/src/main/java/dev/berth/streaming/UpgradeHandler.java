package dev.berth.streaming;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_ACCEPT;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL;
import static io.netty.handler.codec.http.HttpHeaderNames.UPGRADE;

import dev.berth.streaming.UpgradeRequest.Target;
import dev.berth.streaming.UpgradeRequest.Transport;
import dev.berth.streaming.io.Endings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP request of a connection: it leads to an upgrade, or to a refusal and the end. A
 * token is used up by being shown, whatever comes of it.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(UpgradeHandler.class);

  /** Of RFC 6455, section 1.3. */
  private static final String WEBSOCKET_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final Tokens tokens;
  private final Conversations conversations;
  private @Nullable HttpRequest request;
  private boolean answered;
  private final List<ByteBuf> behind = new ArrayList<>();

  UpgradeHandler(Tokens tokens, Conversations conversations) {
    this.tokens = tokens;
    this.conversations = conversations;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (answered) {
        keep(message);
        return;
      }
      if (message instanceof HttpRequest head) {
        request = head;
      }
      if (request != null && request.decoderResult().isFailure()) {
        refuse(ctx, HttpResponseStatus.BAD_REQUEST, "request that is no HTTP");
      } else if (message instanceof LastHttpContent && request != null) {
        answer(ctx, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("streaming connection of {} failed", ctx.channel().remoteAddress(), cause);
    var _ = ctx.close();
  }

  /** What came behind the request, for what is spoken next. */
  private void keep(Object message) {
    if (message instanceof ByteBuf bytes && bytes.isReadable()) {
      behind.add(bytes.retain());
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest asked) {
    Optional<Grant> grant = grant(asked.uri());
    if (grant.isEmpty()) {
      refuse(ctx, HttpResponseStatus.NOT_FOUND, "");
      return;
    }
    Optional<UpgradeRequest> upgrade = UpgradeRequest.of(asked);
    if (upgrade.isEmpty()) {
      refuse(
          ctx,
          HttpResponseStatus.BAD_REQUEST,
          "unable to upgrade: expected Upgrade: SPDY/3.1 or a WebSocket of version 13");
      return;
    }
    negotiate(ctx, grant.get(), upgrade.get());
  }

  private Optional<Grant> grant(String uri) {
    return Target.of(uri)
        .flatMap(to -> tokens.redeem(to.token()).filter(g -> g.word().equals(to.word())));
  }

  private void negotiate(ChannelHandlerContext ctx, Grant grant, UpgradeRequest upgrade) {
    List<Protocol> spoken = Protocol.spoken(grant, upgrade.transport());
    Optional<Protocol> protocol = Protocol.choose(spoken, upgrade.offered());
    if (protocol.isPresent()) {
      switchProtocols(ctx, grant, upgrade, protocol.get());
    } else {
      refuseProtocols(ctx, upgrade, spoken);
    }
  }

  private void refuseProtocols(
      ChannelHandlerContext ctx, UpgradeRequest upgrade, List<Protocol> spoken) {
    boolean silent = upgrade.offered().isEmpty();
    boolean spdy = upgrade.transport() == Transport.SPDY;
    HttpResponseStatus status =
        spdy && !silent ? HttpResponseStatus.FORBIDDEN : HttpResponseStatus.BAD_REQUEST;
    FullHttpResponse refusal =
        response(
            status,
            silent
                ? UpgradeRequest.SPDY_PROTOCOLS + " is required"
                : "unable to upgrade: none of the protocols " + upgrade.offered() + " is spoken");
    spoken.stream()
        .map(Protocol::name)
        .filter(name -> spdy && !name.isEmpty())
        .forEach(name -> refusal.headers().add("X-Accept-Stream-Protocol-Versions", name));
    end(ctx, refusal);
  }

  private void switchProtocols(
      ChannelHandlerContext ctx, Grant grant, UpgradeRequest upgrade, Protocol protocol) {
    answered = true;
    FullHttpResponse go = response(HttpResponseStatus.SWITCHING_PROTOCOLS, "");
    go.headers().remove(CONTENT_LENGTH).set(CONNECTION, "Upgrade");
    boolean spdy = upgrade.transport() == Transport.SPDY;
    go.headers().set(UPGRADE, spdy ? "SPDY/3.1" : "websocket");
    if (!spdy) {
      go.headers().set(SEC_WEBSOCKET_ACCEPT, accept(upgrade.key()));
    }
    if (!protocol.name().isEmpty()) {
      go.headers()
          .set(spdy ? UpgradeRequest.SPDY_PROTOCOLS : SEC_WEBSOCKET_PROTOCOL, protocol.name());
    }
    var _ = ctx.writeAndFlush(go);
    // hands us what it has not looked at
    ctx.pipeline().remove(HttpServerCodec.class);
    conversations.begin(ctx, grant, protocol);
    behind.forEach(ctx::fireChannelRead);
    ctx.pipeline().remove(this);
  }

  private static String accept(String key) {
    try {
      byte[] proof = (key.strip() + WEBSOCKET_MAGIC).getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(proof));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status, String why) {
    end(ctx, response(status, why));
  }

  private void end(ChannelHandlerContext ctx, FullHttpResponse refusal) {
    answered = true;
    refusal.headers().set(CONNECTION, "close");
    Endings.gently(ctx.channel(), ctx.writeAndFlush(refusal));
  }

  private static FullHttpResponse response(HttpResponseStatus status, String text) {
    ByteBuf body = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response.headers().set(CONTENT_LENGTH, body.readableBytes());
    return response;
  }
}
