package dev.berth.image.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.kernel.Libisal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The fast inflation gives what the JDK's gives. */
class FastGzipStreamTest {
  private final Optional<Libisal> library = Libisal.load();

  private byte[] inflate(byte[] gzip, int most) throws IOException {
    assumeTrue(library.isPresent(), "libisal.so.2 (package libisal2) is not installed");
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(gzip)) {
          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return super.read(buffer, offset, Math.min(most, length));
          }
        };
    try (InputStream in = new FastGzipStream(slow, library.orElseThrow())) {
      return in.readAllBytes();
    }
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    Random random = new Random(length);
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 'a');
    }
    return content;
  }

  @Test
  void whateverTheSizeOfPiecesTheContentIsTheSame() throws IOException {
    for (int length : new int[] {0, 1, 7, 4096, 300_000, 2_000_000}) {
      byte[] content = content(length);
      byte[] gzip = TarBuilder.gzip(content);
      for (int most : new int[] {1, 13, 1000, 1 << 20}) {
        if (most > 1 || length <= 4096) {
          assertThat(inflate(gzip, most)).as(length + " by " + most).isEqualTo(content);
        }
      }
    }
  }

  @Test
  void membersFollowEachOther() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int length : new int[] {5, 0, 70_000, 1, 1, 3}) {
      all.writeBytes(content(length));
      members.writeBytes(TarBuilder.gzip(content(length)));
    }
    for (int most : new int[] {1, 2, 9, 64, 1 << 20}) {
      assertThat(inflate(members.toByteArray(), most))
          .as("by " + most)
          .isEqualTo(all.toByteArray());
    }
  }

  @Test
  void whatIsNoGzipIsRefusedAndNothingRunsForEver() {
    byte[] gzip = TarBuilder.gzip(content(50_000));
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      byte[] broken = Arrays.copyOf(gzip, random.nextInt(gzip.length));
      for (int i = 0; i < 3 && broken.length > 12; i++) {
        broken[10 + random.nextInt(broken.length - 10)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(inflate(broken, 1 << 20).length).isLessThan(50 << 20);
      } catch (IOException expected) {
        assertThat(expected.getMessage()).contains("gzip");
      }
    }
    assertThatThrownBy(() -> inflate(new byte[] {0x1f, (byte) 0x8b, 9, 0}, 10))
        .isInstanceOf(IOException.class);
  }
}
