package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts that stay detached, and one that is attached and taken away again. */
class MountsKernelTest {

  @TempDir Path folder;
  private final FileTree tree = Kernel.linux().tree();
  private final Mounts mounts = Kernel.linux().mounts();

  @BeforeEach
  void needsRoot() throws ErrnoException {
    try {
      mounts.fsopen("tmpfs").close();
    } catch (ErrnoException e) {
      assumeTrue(!e.is(Errno.EPERM), "making a mount needs CAP_SYS_ADMIN");
      throw e;
    }
  }

  @Test
  void anOverlayIsMadeAndReadWhileDetached() throws Exception {
    try (Fd tmpfs = tmpfs()) {
      for (String name : new String[] {"lower", "upper", "work"}) {
        tree.mkdirat(tmpfs, name, 0755);
      }
      tree.mkdirat(tmpfs, "lower/seen", 0755);
      String base = tmpfs.procPath();
      try (Fd context = mounts.fsopen("overlay")) {
        mounts.setString(context, "source", "overlay");
        mounts.setString(context, "lowerdir", base + "/lower");
        mounts.setString(context, "upperdir", base + "/upper");
        mounts.setString(context, "workdir", base + "/work");
        mounts.create(context);
        try (Fd overlay = mounts.fsmount(context, Mounts.MOUNT_ATTR_NODEV)) {
          assertThat(names(overlay)).containsExactly("seen");
          FileSystemStatus status = Kernel.linux().io().fstatfs(overlay);
          assertThat(status.type()).isEqualTo(FileSystemStatus.OVERLAY);
          assertThat(status.readOnly()).isFalse();
        }
      }
    }
  }

  @Test
  void whatTheKernelSaysIsInTheFailure() throws Exception {
    try (Fd context = mounts.fsopen("overlay")) {
      assertThatThrownBy(() -> mounts.setString(context, "no_such_option", "1"))
          .hasMessageContaining("no_such_option=1")
          .hasMessageContaining("kernel:")
          .hasMessageContaining("EINVAL");
    }
  }

  @Test
  void attachedReadOnlyAndTakenAway() throws Exception {
    try (Fd tmpfs = tmpfs()) {
      mounts.setAttributes(
          tmpfs,
          "",
          AtFlags.AT_EMPTY_PATH,
          MountAttributes.setting(Mounts.MOUNT_ATTR_RDONLY | Mounts.MOUNT_ATTR_NOEXEC));
      String target = folder.toString();
      mounts.moveMount(tmpfs, "", Fd.CWD, target, Mounts.MOVE_MOUNT_F_EMPTY_PATH);
      try {
        assertThatThrownBy(() -> tree.mkdirat(Fd.CWD, target + "/x", 0700))
            .hasMessageContaining("EROFS");
      } finally {
        mounts.umount(target, Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
      }
      assertThat(Files.readString(Path.of("/proc/thread-self/mountinfo"), StandardCharsets.UTF_8))
          .doesNotContain(target);
    }
  }

  @Test
  void aCloneOfATreeIsItsOwn() throws Exception {
    Files.createDirectory(folder.resolve("in"));
    try (Fd clone =
        mounts.openTree(Fd.CWD, folder.toString(), Mounts.OPEN_TREE_CLONE | AtFlags.AT_RECURSIVE)) {
      assertThat(names(clone)).containsExactly("in");
    }
  }

  /** A mount's descriptor is O_PATH: reading needs another one. */
  private List<String> names(Fd mount) throws ErrnoException {
    try (Fd dir = tree.open(mount, ".", OpenFlags.O_DIRECTORY, 0)) {
      return tree.list(dir).stream().map(DirectoryEntry::name).toList();
    }
  }

  private Fd tmpfs() throws ErrnoException {
    try (Fd context = mounts.fsopen("tmpfs")) {
      mounts.setString(context, "size", "1m");
      mounts.create(context);
      return mounts.fsmount(context, 0);
    }
  }
}
