package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalHostFilesTest {
  private final LocalHostFiles host = new LocalHostFiles();

  @Test
  void followsLinks(@TempDir Path given) throws IOException {
    Path dir = given.toRealPath();
    Path file = Files.writeString(dir.resolve("file"), "x");
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);
    assertThat(host.find(link.toString())).contains(new HostFiles.Found(file.toString(), false));
    assertThat(host.find(dir.toString())).contains(new HostFiles.Found(dir.toString(), true));
    assertThat(host.find(dir.resolve("none").toString())).isEmpty();
  }

  @Test
  void readsDeviceNumbers() {
    assertThat(host.devicesBelow("/dev/null"))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.block()).isFalse();
              assertThat(d.major()).isEqualTo(1);
              assertThat(d.minor()).isEqualTo(3);
            });
    assertThat(host.devicesBelow("/etc/passwd")).isEmpty();
  }

  @Test
  void readsTheMountTable() {
    assertThat(host.spread("/")).isNotNull();
  }
}
