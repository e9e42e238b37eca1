package dev.berth.streaming.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What one connection may cost: CVE-2026-93488 is about a server that had no such bounds. */
class SpdyConnectionTest {
  private static final int STREAMS = 3;
  private static final byte[] PING = {(byte) 0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1};

  private final FrameReaderTest.Blocks blocks = new FrameReaderTest.Blocks();
  private final List<SpdyStream> streams = new ArrayList<>();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(new SpdyConnection(new Limits(1024, 1024, 8, STREAMS), new Taking()));

  private final class Taking implements SpdyConnection.Application {
    @Override
    public void opened(SpdyConnection connection) {}

    @Override
    public boolean stream(SpdyStream stream, Map<String, String> headers) {
      return streams.add(stream);
    }

    @Override
    public void writable(boolean now) {}

    @Override
    public void gone() {}
  }

  private void open(int id) throws Exception {
    channel.writeInbound(
        Unpooled.wrappedBuffer(FrameReaderTest.open(id, blocks.block("streamtype", "data"))));
  }

  /** What was sent, as hex. */
  private String sent() {
    StringBuilder all = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes).release();
      all.append(HexFormat.of().formatHex(bytes));
    }
    return all.toString();
  }

  @Test
  void streamsBeyondTheLimitAreRefusedAndOthersGoOn() throws Exception {
    for (int i = 0; i < STREAMS; i++) {
      open(2 * i + 1);
    }
    assertThat(sent()).doesNotContain("80030003");
    open(7);
    assertThat(sent()).isEqualTo("8003000300000008" + "00000007" + "00000003");
    assertThat(streams).hasSize(STREAMS);
    streams.getFirst().reset();
    open(9);
    assertThat(streams).hasSize(STREAMS + 1);
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.finishAndReleaseAll()).isTrue();
  }

  @Test
  void streamsOfWrongNumbersEndTheConnection() throws Exception {
    open(3);
    open(3);
    assertThat(sent()).endsWith("8003000700000008" + "00000003" + "00000001");
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void whoDoesNotTakeAnswersIsNotReadAnyFurther() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
    channel.writeInbound(Unpooled.wrappedBuffer(PING));
    assertThat(sent()).isEqualTo(HexFormat.of().formatHex(PING));
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }
}
