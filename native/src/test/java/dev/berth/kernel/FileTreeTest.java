package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {

  @TempDir Path folder;
  private final FileTree tree = Kernel.linux().tree();
  private Fd dir = Fd.borrowed(-2);

  @BeforeEach
  void open() throws ErrnoException {
    dir = tree.open(Fd.CWD, folder.toString(), OpenFlags.O_DIRECTORY, 0);
  }

  @AfterEach
  void close() {
    dir.close();
  }

  @Test
  void missingFileIsNamedInTheFailure() {
    assertThatThrownBy(() -> tree.openat2(Fd.CWD, "/nowhere/x", 0, 0, 0))
        .isInstanceOf(ErrnoException.class)
        .hasMessage("openat2(/nowhere/x): ENOENT (no such file or directory)");
  }

  @Test
  void pathsThatLeaveTheRootAreRefusedOrHeldInside() throws Exception {
    Files.createSymbolicLink(folder.resolve("out"), Path.of("/etc"));
    assertThatThrownBy(() -> tree.openat2(dir, "out", 0, 0, OpenFlags.RESOLVE_BENEATH))
        .hasMessageContaining("EXDEV");
    assertThatThrownBy(() -> tree.openat2(dir, "out/passwd", 0, 0, OpenFlags.RESOLVE_IN_ROOT))
        .hasMessageContaining("ENOENT");
    Files.delete(folder.resolve("out"));
  }

  @Test
  void nulAndLongPathsFailBeforeTheKernelSeesThem() {
    assertThatThrownBy(() -> tree.mkdirat(dir, "a\0b", 0700))
        .hasMessageContaining("EINVAL")
        .hasMessageContaining("a\\x00b");
    assertThatThrownBy(() -> tree.mkdirat(dir, "x".repeat(5000), 0700))
        .hasMessageContaining("ENAMETOOLONG");
  }

  @Test
  void statxTellsTypeModeSizeAndTimes() throws Exception {
    Files.writeString(folder.resolve("f"), "hello");
    tree.fchmodat(dir, "f", 0640);
    tree.utimensat(dir, "f", Timestamp.OMIT, new Timestamp(-5, 123456789), 0);
    FileStatus status = tree.statx(dir, "f", 0);
    assertThat(status.type()).isEqualTo(FileType.REGULAR);
    assertThat(status.permissions()).isEqualTo(0640);
    assertThat(status.size()).isEqualTo(5);
    assertThat(status.links()).isEqualTo(1);
    assertThat(status.modified()).isEqualTo(new Timestamp(-5, 123456789));
    assertThat(status.inode())
        .isEqualTo((Long) Files.getAttribute(folder.resolve("f"), "unix:ino"));
    assertThat(tree.statIfPresent(dir, "g", 0)).isEmpty();
    assertThat(tree.statIfPresent(dir, "f/g", 0)).isEmpty();
  }

  @Test
  void linksRenamesAndRemoves() throws Exception {
    tree.mkdirat(dir, "d", 0700);
    tree.symlinkat("target", dir, "d/s");
    assertThat(tree.readlinkat(dir, "d/s")).isEqualTo("target");
    Files.writeString(folder.resolve("f"), "x");
    tree.linkat(dir, "f", dir, "d/h", 0);
    assertThat(tree.statx(dir, "d/h", 0).links()).isEqualTo(2);
    tree.renameat2(dir, "d/h", dir, "d/i", AtFlags.RENAME_NOREPLACE);
    assertThatThrownBy(() -> tree.renameat2(dir, "f", dir, "d/i", AtFlags.RENAME_NOREPLACE))
        .hasMessageContaining("EEXIST")
        .hasMessageContaining("→");
    tree.unlinkat(dir, "d/i", 0);
    tree.unlinkat(dir, "d/s", 0);
    tree.unlinkat(dir, "d", AtFlags.AT_REMOVEDIR);
    assertThat(tree.list(dir)).extracting(DirectoryEntry::name).containsExactly("f");
  }

  @Test
  void largeDirectoriesAreListedWholeAndAgain() throws Exception {
    for (int i = 0; i < 1000; i++) {
      tree.mknodat(dir, "entry-with-a-long-name-" + i, FileType.REGULAR.bits() | 0600, Device.NONE);
    }
    var names = IntStream.range(0, 1000).mapToObj(i -> "entry-with-a-long-name-" + i).toList();
    for (int round = 0; round < 2; round++) {
      assertThat(tree.list(dir))
          .extracting(DirectoryEntry::name)
          .containsExactlyInAnyOrderElementsOf(names);
    }
    assertThat(tree.list(dir)).allMatch(e -> e.type() == FileType.REGULAR);
  }

  @Test
  void namesThatAreNotTextSurvive() throws Exception {
    byte[] name = {'a', (byte) 0xff, 'b'};
    tree.mkdirat(dir, name, 0700);
    assertThat(tree.list(dir)).hasSize(1);
    assertThat(tree.list(dir).getFirst().nameBytes()).isEqualTo(name);
    tree.unlinkat(dir, name, AtFlags.AT_REMOVEDIR);
  }

  @Test
  void attributesOfPathsAndOfPathDescriptors() throws Exception {
    Files.writeString(folder.resolve("f"), "");
    byte[] large = "v".repeat(3500).getBytes(StandardCharsets.UTF_8);
    try (Fd file = tree.open(dir, "f", OpenFlags.O_PATH, 0)) {
      tree.setxattr(file, "user.large", large, 0);
      assertThat(tree.getxattr(file, "user.large")).contains(large);
      assertThat(tree.getxattr(file, "user.none")).isEmpty();
    }
  }

  @Test
  void closedDescriptorsAreRefused() throws Exception {
    Fd copy = Kernel.linux().io().dup(dir, 0);
    copy.close();
    copy.close();
    assertThat(copy.isOpen()).isFalse();
    assertThatThrownBy(() -> tree.list(copy)).isInstanceOf(IllegalStateException.class);
  }
}
