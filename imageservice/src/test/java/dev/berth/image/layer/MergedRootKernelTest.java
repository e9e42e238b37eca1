package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedRootKernelTest {
  @TempDir Path dir;
  private final List<Path> layers = new ArrayList<>();

  @BeforeEach
  void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "overlay marks need root");
  }

  /** Adds a layer on top of those before. */
  private void layer(TarBuilder content) throws IOException {
    byte[] tar = content.build();
    Path layer = Files.createDirectory(dir.resolve("l" + layers.size()));
    new LayerUnpacker(Kernel.linux(), LayerLimits.DEFAULT)
        .unpack(TarBuilder.stream(tar), TarBuilder.blob(tar, tar), layer);
    layers.addFirst(layer);
  }

  private String read(String path) throws IOException {
    return new MergedRoot(Kernel.linux(), layers)
        .read(path, 100)
        .map(content -> new String(content, UTF_8))
        .orElse("(none)");
  }

  @Test
  void theTopmostFileCounts() throws IOException {
    layer(new TarBuilder().file("etc/passwd", "low").file("etc/group", "g").file("x/y", "xy"));
    layer(new TarBuilder().file("etc/passwd", "high").file(".wh.x", ""));
    assertThat(read("/etc/passwd")).isEqualTo("high");
    assertThat(read("/etc/group")).isEqualTo("g");
    assertThat(read("/x/y")).isEqualTo("(none)");
    assertThat(read("/nothing")).isEqualTo("(none)");
    assertThat(read("/etc/passwd/x")).isEqualTo("(none)");
  }

  @Test
  void opaqueDirectoriesHideWhatIsBelow() throws IOException {
    layer(new TarBuilder().file("etc/passwd", "low").file("etc/group", "g"));
    layer(new TarBuilder().file("etc/.wh..wh..opq", "").file("etc/group", "new"));
    layer(new TarBuilder().file("etc/shells", "s"));
    assertThat(read("/etc/passwd")).isEqualTo("(none)");
    assertThat(read("/etc/group")).isEqualTo("new");
    assertThat(read("/etc/shells")).isEqualTo("s");
  }

  @Test
  void linksStayInside() throws IOException {
    Path secret = Files.writeString(dir.resolve("secret"), "secret");
    layer(
        new TarBuilder()
            .file("usr/etc/passwd", "inside")
            .symlink("etc", "/usr/etc")
            .symlink("up", "../../../../usr/etc/passwd")
            .symlink("out", secret.toString())
            .symlink("loop", "loop")
            .fifo("pipe")
            .file("big", "x".repeat(101)));
    layer(new TarBuilder().symlink("down", "up"));
    assertThat(read("/etc/passwd")).isEqualTo("inside");
    assertThat(read("/up")).isEqualTo("inside");
    assertThat(read("/down")).isEqualTo("inside");
    assertThat(read("/etc/../etc/passwd")).isEqualTo("inside");
    assertThat(read("/out")).isEqualTo("(none)");
    for (String bad : List.of("/loop", "/pipe", "/big", "/usr")) {
      assertThatThrownBy(() -> read(bad)).isInstanceOf(Fault.InvalidArgument.class);
    }
  }
}
