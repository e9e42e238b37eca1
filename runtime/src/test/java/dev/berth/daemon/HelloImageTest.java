package dev.berth.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HelloImageTest {
  @Test
  void theArchiveIsOnTheClassPathAndSmall() throws Exception {
    try (var archive = HelloImage.open()) {
      byte[] bytes = archive.readAllBytes();
      assertThat(new String(bytes, 0, 10, java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo("oci-layout");
      assertThat(bytes.length).isLessThan(2 << 20);
    }
  }
}
