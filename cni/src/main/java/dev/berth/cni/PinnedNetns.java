package dev.berth.cni;

import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives pods' network namespaces paths, which plugins want: a file each that the namespace is bound
 * over, named {@code INSTANCE-ID}.
 */
final class PinnedNetns {
  private final Kernel kernel;
  private final Path folder;
  private final String prefix;

  PinnedNetns(Kernel kernel, Path folder, String instanceId) {
    this.kernel = kernel;
    this.folder = folder;
    this.prefix = instanceId + "-";
  }

  Path path(String podId) {
    return folder.resolve(prefix + podId);
  }

  /** Pins a namespace. */
  void pin(String podId, Fd netns) throws IOException {
    Path path = path(podId);
    Files.createDirectories(folder);
    try {
      Files.createFile(path);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("pin the network namespace at " + path + ": the file is there", e);
    }
    kernel.mounts().mount(netns.procPath(), path.toString(), "", Mounts.MS_BIND, "");
  }

  /** Undoes it; fine when it was never done. */
  void unpin(String podId) throws IOException {
    Path path = path(podId);
    try {
      kernel.mounts().umount(path.toString(), Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
    } catch (ErrnoException e) {
      // Not mounted, or not even there.
      if (!e.is(Errno.EINVAL) && !e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    Files.deleteIfExists(path);
  }

  /** The pods of this instance that have a path. */
  List<String> pods() throws IOException {
    List<String> pods = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, prefix + "*")) {
      found.forEach(
          path -> pods.add(String.valueOf(path.getFileName()).substring(prefix.length())));
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return pods;
  }
}
