package dev.berth.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.kernel.Kernel;
import dev.berth.state.Trash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerSizeTest {
  @TempDir Path dir;

  @Test
  void countsBlocksAndInodesAndHardLinksOnce() throws IOException {
    Path root = Files.createDirectory(dir.resolve("upper"));
    Files.write(root.resolve("a"), new byte[1 << 20]);
    Files.createLink(root.resolve("b"), root.resolve("a"));
    Files.createSymbolicLink(root.resolve("c"), dir);
    Files.createDirectory(root.resolve("d"));
    LayerSize.Measured size = LayerSize.of(Kernel.linux(), root, 1000);
    assertThat(size.whole()).isTrue();
    assertThat(size.inodes()).isEqualTo(4); // the root, a, c, d
    assertThat(size.bytes()).isBetween(1L << 20, (1L << 20) + (64 << 10));
  }

  /** Deeper than a path may be long, and than a process has descriptors for. */
  @Test
  void noDepthEscapesIt() throws IOException {
    Path root = Files.createDirectory(dir.resolve("upper"));
    String name = "d".repeat(200);
    Path inner = Files.createDirectory(dir.resolve("inner"));
    int depth = 60;
    for (int i = 0; i < depth; i++) {
      // from the inside out: no path on the way is long
      Path outer = Files.createDirectory(dir.resolve("outer"));
      Files.move(inner, outer.resolve(name));
      inner = Files.move(outer, dir.resolve("inner"));
    }
    Files.move(inner, root.resolve("deep"));
    assertThat(LayerSize.of(Kernel.linux(), root, 1000).inodes()).isEqualTo(depth + 2);
    Trash trash = new Trash(dir.resolve("trash"));
    trash.discard(root);
    Awaitility.await().until(() -> isEmpty(dir.resolve("trash")));
    trash.close();
  }

  @Test
  void givesUpAtItsBound() throws IOException {
    for (int i = 0; i < 20; i++) {
      Files.createDirectories(dir.resolve("upper/" + i + "/x"));
    }
    assertThat(LayerSize.of(Kernel.linux(), dir.resolve("upper"), 22).whole()).isFalse();
  }

  @Test
  void aLargeLayerIsMeasuredBehindTheAnswers() throws IOException {
    for (int i = 0; i < 300; i++) {
      Files.createDirectories(dir.resolve("upper/" + i + "/x"));
    }
    try (WritableLayers layers =
        new WritableLayers(Kernel.linux(), Clock.systemUTC(), Duration.ofMinutes(1).toNanos())) {
      Path upper = dir.resolve("upper");
      assertThat(layers.size("c", upper, false)).isEmpty();
      Awaitility.await().until(() -> layers.size("c", upper, false).isPresent());
      assertThat(layers.size("c", upper, false).orElseThrow().inodes()).isEqualTo(601);
      Files.createFile(upper.resolve("new"));
      // not walked again so soon
      assertThat(layers.size("c", upper, false).orElseThrow().inodes()).isEqualTo(601);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }
}
