package dev.berth.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.streaming.remotecommand.Outcome;
import dev.berth.streaming.remotecommand.RemoteClient;
import dev.berth.streaming.remotecommand.RemoteSession;
import dev.berth.streaming.remotecommand.StreamSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The way from a request to a conversation, and everything that does not get there. */
class UpgradeHandlerTest {
  private static final int FUZZ_ROUNDS = Integer.getInteger("berth.fuzz.rounds", 5_000);
  private static final StreamSet ALL = new StreamSet(true, true, true, false);

  private final AtomicLong now = new AtomicLong();
  private final Tokens tokens = new Tokens(now::get);
  private final Echo echo = new Echo();

  @Test
  void aTokenWorksOnceAndInTimeAndForItsOwnPath() {
    String token = tokens.issue(exec());
    assertThat(answer(webSocket("/attach/" + token, "v5.channel.k8s.io")))
        .startsWith("HTTP/1.1 404");
    assertThat(answer(webSocket("/exec/" + token, ""))).startsWith("HTTP/1.1 404");
    String used = tokens.issue(exec());
    assertThat(answer(webSocket("/exec/" + used, "v5.channel.k8s.io"))).startsWith("HTTP/1.1 101");
    String again = answer(webSocket("/exec/" + used, "v5.channel.k8s.io"));
    assertThat(again).startsWith("HTTP/1.1 404").contains("content-length: 0").endsWith("\r\n\r\n");
    String late = tokens.issue(exec());
    now.addAndGet(Tokens.LIFE.toNanos());
    assertThat(answer(webSocket("/exec/" + late, ""))).startsWith("HTTP/1.1 404");
    for (String path : new String[] {"/", "/exec/", "/exec/x", "/exec/x/y", "exec", "/../exec/x"}) {
      assertThat(answer(webSocket(path, ""))).as(path).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void unusedTokensAreBounded() {
    for (int i = 0; i < Tokens.MOST; i++) {
      assertThat(tokens.issue(exec())).hasSize(24);
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> tokens.issue(exec()))
        .isInstanceOf(dev.berth.fault.Fault.ResourceExhausted.class);
    now.addAndGet(Tokens.LIFE.toNanos());
    assertThat(tokens.issue(exec())).hasSize(24);
  }

  @Test
  void whatCannotBeNegotiatedIsRefusedAsClientsExpect() {
    assertThat(answer("GET /exec/" + tokens.issue(exec()) + " HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("unable to upgrade");
    assertThat(answer(spdy("/exec/" + tokens.issue(exec()), "v9.channel.k8s.io")))
        .startsWith("HTTP/1.1 403")
        .contains("accept-stream-protocol-versions: v4.channel.k8s.io");
    assertThat(answer(spdy("/exec/" + tokens.issue(exec()), "")))
        .startsWith("HTTP/1.1 400")
        .contains("x-stream-protocol-version is required");
    assertThat(answer(webSocket("/exec/" + tokens.issue(exec()), "v9.channel.k8s.io")))
        .startsWith("HTTP/1.1 400");
    assertThat(answer("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(answer("GET /a HTTP/1.1\r\nx: " + "a".repeat(20_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void theClientsFirstKnownProtocolIsTaken() {
    assertThat(
            answer(spdy("/exec/" + tokens.issue(exec()), "v9.channel.k8s.io, v3.channel.k8s.io")))
        .startsWith("HTTP/1.1 101")
        .contains("upgrade: spdy/3.1", "x-stream-protocol-version: v3.channel.k8s.io");
    // the example of RFC 6455, section 1.3
    assertThat(answer(webSocket("/exec/" + tokens.issue(exec()), "v4.channel.k8s.io")))
        .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=")
        .contains("sec-websocket-protocol: v4.channel.k8s.io");
  }

  @Test
  void channelsSpeakBinaryAndBase64AndTheCloseSignal() {
    EmbeddedChannel binary =
        upgraded(webSocket("/exec/" + tokens.issue(exec()), "v5.channel.k8s.io"));
    binary.writeInbound(bytes(frame(2, new byte[] {0, 'h', 'i'})));
    assertThat(outbound(binary)).contains("\u0001<hi>");
    binary.writeInbound(bytes(frame(2, new byte[] {(byte) 255, 0})));
    assertThat(outbound(binary)).contains("{\"metadata\":{},\"status\":\"Success\"}");
    EmbeddedChannel text =
        upgraded(webSocket("/exec/" + tokens.issue(exec()), "v4.base64.channel.k8s.io"));
    text.writeInbound(bytes(frame(1, "0aGk=".getBytes(StandardCharsets.US_ASCII))));
    assertThat(outbound(text)).contains("1PGhpPg==");
    binary.finishAndReleaseAll();
    text.finishAndReleaseAll();
    assertThat(echo.gone).isEqualTo(2);
  }

  @Test
  void randomRequestsAndFramesNeitherHangNorPassNorThrow() {
    Random random = new Random(Long.getLong("berth.fuzz.seed", 7));
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
      String token = tokens.issue(exec());
      boolean websocket = random.nextBoolean();
      String good =
          websocket
              ? webSocket("/exec/" + token, "v4.channel.k8s.io")
              : spdy("/exec/" + token, "v4.channel.k8s.io");
      byte[] request =
          damaged(random, good.getBytes(StandardCharsets.ISO_8859_1), random.nextInt(4));
      byte[] frames = damaged(random, frame(2, new byte[] {0, 'a', 'b', 'c'}), random.nextInt(6));
      EmbeddedChannel channel = channel();
      channel.writeInbound(Unpooled.wrappedBuffer(request));
      if (channel.isOpen()) {
        channel.writeInbound(Unpooled.wrappedBuffer(frames));
      }
      channel.checkException();
      channel.finishAndReleaseAll();
      var _ = tokens.redeem(token);
    }
    assertThat(echo.open).as("sessions left").isZero();
  }

  private static byte[] damaged(Random random, byte[] good, int bytes) {
    byte[] bad = good.clone();
    for (int n = 0; n < bytes; n++) {
      bad[random.nextInt(bad.length)] = (byte) random.nextInt();
    }
    return bad;
  }

  private Grant exec() {
    return new Grant.Remote("exec", ALL, echo::open);
  }

  private EmbeddedChannel channel() {
    return new EmbeddedChannel(
        new HttpServerCodec(4096, 16384, 16384),
        new UpgradeHandler(tokens, new Conversations(Runnable::run, Duration.ofSeconds(30))));
  }

  private EmbeddedChannel upgraded(String request) {
    EmbeddedChannel channel = channel();
    channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
    assertThat(outbound(channel)).startsWith("HTTP/1.1 101");
    return channel;
  }

  private String answer(String request) {
    EmbeddedChannel channel = channel();
    channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
    String answer = outbound(channel);
    channel.finishAndReleaseAll();
    int end = answer.indexOf("\r\n");
    return answer.substring(0, end) + answer.substring(end).toLowerCase(java.util.Locale.ROOT);
  }

  private static String outbound(EmbeddedChannel channel) {
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      ByteBuf bytes = (ByteBuf) out;
      text.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }
    return text.toString();
  }

  private static String webSocket(String path, String protocols) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + (protocols.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + protocols + "\r\n")
        + "\r\n";
  }

  private static String spdy(String path, String protocols) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
        + "Content-Length: 0\r\n"
        + (protocols.isEmpty() ? "" : "X-Stream-Protocol-Version: " + protocols + "\r\n")
        + "\r\n";
  }

  private static ByteBuf bytes(byte[] bytes) {
    return Unpooled.wrappedBuffer(bytes);
  }

  /** A client's frame: masked, here with zeros. */
  private static byte[] frame(int opcode, byte[] payload) {
    byte[] frame = new byte[6 + payload.length];
    frame[0] = (byte) (0x80 | opcode);
    frame[1] = (byte) (0x80 | payload.length);
    System.arraycopy(payload, 0, frame, 6, payload.length);
    return frame;
  }

  /** A session that answers input with itself in brackets, and ends with it. */
  private static final class Echo {
    private int gone;
    private int open;

    RemoteSession open(RemoteClient client) {
      open++;
      return new RemoteSession() {
        private boolean over;

        @Override
        public void stdin(ByteBuf bytes) {
          String text = "<" + bytes.toString(StandardCharsets.ISO_8859_1) + ">";
          bytes.release();
          client.stdout(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void stdinEnded() {
          client.finish(new Outcome.Exited(0));
        }

        @Override
        public void resize(int columns, int rows) {}

        @Override
        public void writable() {}

        @Override
        public void gone() {
          gone++;
          open -= over ? 0 : 1;
          over = true;
        }
      };
    }
  }
}
