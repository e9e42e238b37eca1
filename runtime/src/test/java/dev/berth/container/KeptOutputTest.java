package dev.berth.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptOutputTest {
  private static final int LIMIT = 31 << 19;

  @TempDir Path dir;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.count();
    }
  }

  @Test
  void aLittleStaysInMemory() throws IOException {
    OutputSpill spill = new OutputSpill(dir);
    try (KeptOutput kept = new KeptOutput(spill, LIMIT)) {
      kept.add(0, bytes("out"));
      kept.add(1, bytes("err"));
      kept.add(0, bytes("put"));
      assertThat(kept.stdout().toStringUtf8()).isEqualTo("output");
      assertThat(kept.stderr().toStringUtf8()).isEqualTo("err");
      assertThat(kept.truncated()).isFalse();
      assertThat(spill.used()).isZero();
    }
  }

  @Test
  void muchOfBothStreamsGoesToAFileWithoutAName() throws IOException {
    OutputSpill spill = new OutputSpill(dir);
    byte[] out = noise(700_000);
    byte[] err = noise(300_000);
    try (KeptOutput kept = new KeptOutput(spill, LIMIT)) {
      for (int at = 0; at < 300_000; at += 50_000) {
        kept.add(1, ByteBuffer.wrap(err, at, 50_000));
        kept.add(0, ByteBuffer.wrap(out, at, 50_000));
      }
      kept.add(0, ByteBuffer.wrap(out, 300_000, 400_000));
      assertThat(files()).isZero();
      assertThat(spill.used()).as("beyond what was in memory").isEqualTo(750_000);
      assertThat(kept.stdout()).isEqualTo(ByteString.copyFrom(out));
      assertThat(kept.stderr()).isEqualTo(ByteString.copyFrom(err));
    }
    assertThat(spill.used()).isZero();
  }

  @Test
  void bothStreamsTogetherHaveALimitAndTheLastLineSaysSo() throws IOException {
    byte[] megabyte = noise(1 << 20);
    try (KeptOutput kept = new KeptOutput(new OutputSpill(dir), LIMIT)) {
      for (int i = 0; i < 20; i++) {
        kept.add(i % 2, ByteBuffer.wrap(megabyte));
      }
      assertThat(kept.truncated()).isTrue();
      ByteString err = kept.stderr();
      assertThat(kept.stdout().size() + err.size()).isEqualTo(LIMIT);
      String last = "\n[output beyond " + LIMIT + " bytes was dropped]\n";
      assertThat(err.substring(err.size() - last.length()).toStringUtf8()).isEqualTo(last);
      assertThat(kept.stdout().substring(0, 1 << 20)).isEqualTo(ByteString.copyFrom(megabyte));
    }
  }

  @Test
  void allSessionsTogetherHaveABudget() throws IOException {
    OutputSpill spill = new OutputSpill(dir, 1_500_000);
    try (KeptOutput first = new KeptOutput(spill, LIMIT);
        KeptOutput second = new KeptOutput(spill, LIMIT)) {
      first.add(0, ByteBuffer.wrap(noise(1_000_000)));
      second.add(0, ByteBuffer.wrap(noise(1_000_000)));
      assertThat(first.truncated()).isFalse();
      assertThat(second.truncated()).isTrue();
      assertThat(second.stdout().size()).isEqualTo(500_000);
      assertThat(second.stderr().toStringUtf8()).contains("output beyond 5000").endsWith("]\n");
    }
    assertThat(spill.used()).isZero();
  }
}
