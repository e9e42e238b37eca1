package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Published holes of unpackers, each with a layer that would use it. Whatever a layer says, nothing
 * outside of its directory is made, changed or read.
 */
class HostileLayerKernelTest {
  private static final Kernel KERNEL = Kernel.linux();
  private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;

  @TempDir Path dir;
  private Path root;
  private Path outside;

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking owners and devices needs root");
    root = Files.createDirectory(dir.resolve("layer"));
    outside = Files.createDirectory(dir.resolve("outside"));
    Files.writeString(outside.resolve("file"), "untouched");
  }

  /** Unpacks; a refusal is as good as an escape that landed inside. */
  private void survive(TarBuilder tar) throws IOException {
    byte[] bytes = tar.build();
    Set<?> before = Set.of(Files.getPosixFilePermissions(outside));
    try {
      new LayerUnpacker(KERNEL, LayerLimits.DEFAULT)
          .unpack(TarBuilder.stream(bytes), TarBuilder.blob(bytes, bytes), root);
    } catch (Fault.InvalidArgument refused) {
      assertThat(refused).hasMessageStartingWith("unpacking layer of test image: ");
    }
    assertThat(Files.readString(outside.resolve("file"))).isEqualTo("untouched");
    assertThat(Set.of(Files.getPosixFilePermissions(outside))).isEqualTo(before);
    try (Stream<Path> all = Files.list(outside)) {
      assertThat(all).containsExactly(outside.resolve("file"));
    }
    try (Stream<Path> all = Files.list(dir)) {
      assertThat(all).containsExactlyInAnyOrder(root, outside);
    }
  }

  private void refused(byte[] tar) {
    assertThatThrownBy(
            () ->
                new LayerUnpacker(KERNEL, LayerLimits.DEFAULT)
                    .unpack(TarBuilder.stream(tar), TarBuilder.blob(tar, tar), root))
        .isInstanceOf(Fault.InvalidArgument.class);
  }

  @Test
  @DisplayName("CVE-2021-32760: a mode is not set through a link that points out")
  void chmodThroughLinks() throws IOException {
    survive(new TarBuilder().symlink("a", outside.toString()).mode(0777).dir("a"));
  }

  @Test
  @DisplayName("CVE-2021-32760: a hard link to a file outside is none")
  void hardLinkOutside() throws IOException {
    survive(
        new TarBuilder()
            .symlink("out", outside.toString())
            .hardLink("grab", "out/file")
            .file("grab", "changed"));
    assertThat(root.resolve("grab"))
        .satisfiesAnyOf(
            p -> assertThat(p).doesNotExist(), p -> assertThat(p).hasContent("changed"));
  }

  @Test
  @DisplayName("CVE-2025-47290: a directory that becomes a link while the layer is unpacked")
  void directoryTurnsIntoLink() throws IOException {
    survive(
        new TarBuilder()
            .dir("d")
            .file("d/first", "1")
            .symlink("d", outside.toString())
            .file("d/file", "changed")
            .file("d/new", "made"));
  }

  @Test
  @DisplayName("CVE-2021-29136: a first entry \".\" that is a link")
  void dotIsALink() throws IOException {
    byte[] tar = new TarBuilder().symlink(".", outside.toString()).file("file", "changed").build();
    refused(tar);
    survive(new TarBuilder().symlink("./", outside.toString()).file("./file", "changed"));
  }

  @Test
  @DisplayName("CVE-2024-9676: a link in place of /etc/passwd")
  void accountFileIsALink() throws IOException {
    survive(
        new TarBuilder()
            .dir("etc")
            .symlink("etc/passwd", outside.resolve("file").toString())
            .file("etc/passwd", "root:x:0:0::/:/bin/sh\n"));
    assertThat(Files.isSymbolicLink(root.resolve("etc/passwd"))).isFalse();
  }

  @Test
  @DisplayName("CVE-2024-45310: parents that are missing are made inside, through a link too")
  void parentsThroughLinks() throws IOException {
    survive(new TarBuilder().symlink("l", "../../../../" + outside).file("l/x/y/z", "made"));
  }

  @Test
  @DisplayName("CVE-2026-95838: opaque marks and whiteouts by the thousand take linear time")
  void whiteoutsAreLinear() {
    TarBuilder tar = new TarBuilder().dir("d");
    for (int i = 0; i < 20_000; i++) {
      tar.file("d/.wh..wh..opq", "");
      tar.file("d/.wh.f" + i, "");
    }
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> survive(tar));
  }

  @Test
  @DisplayName("CVE-2026-95838: a whiteout does not remove what lies behind a link")
  void whiteoutThroughLink() throws IOException {
    survive(
        new TarBuilder()
            .symlink("l", outside.toString())
            .file("l/.wh.file", "")
            .file("l/.wh..wh..opq", "")
            .file(".wh.l", ""));
  }

  @Test
  @DisplayName("CVE-2025-58183: sparse headers and absurd sizes allocate nothing")
  void sparseAndHuge() {
    refused(new TarBuilder().header("s", 'S', "", "00000000000").build());
    refused(new TarBuilder().pax("GNU.sparse.map", "0,1," + "9".repeat(40)).file("s", "").build());
    refused(new TarBuilder().header("h", '0', "", "77777777777").build());
    refused(new TarBuilder().header("n", '0', "", "-0000000001").build());
    refused(new TarBuilder().pax("size", "-5").file("n", "").build());
  }

  @Test
  @DisplayName("CVE-2021-20291: after a layer that fails, the next one is unpacked")
  void aFailureLeavesNoLock() throws IOException {
    refused("no tar".repeat(200).getBytes(UTF_8));
    survive(new TarBuilder().file("fine", "1"));
    assertThat(root.resolve("fine")).exists();
  }

  @Test
  @DisplayName("CVE-2024-23652: removal follows no link")
  void removalFollowsNoLink() throws IOException {
    survive(new TarBuilder().symlink("a/b/out", outside.toString()).dir("a/c"));
    new TreeRemoval(KERNEL).remove(root);
    assertThat(outside.resolve("file")).hasContent("untouched");
    assertThat(Files.exists(root, NOFOLLOW)).isFalse();
  }
}
