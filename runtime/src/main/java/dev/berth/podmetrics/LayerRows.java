package dev.berth.podmetrics;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileSystemStatus;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import dev.berth.stats.WritableLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What writable layers take, and what their file system has. */
final class LayerRows {
  private final Kernel kernel;
  private final Path containers;
  private final String device;

  private LayerRows(Kernel kernel, Path containers, String device) {
    this.kernel = kernel;
    this.containers = containers;
    this.device = device;
  }

  /**
   * For layers below a directory.
   *
   * @throws IOException nobody can say which file system it is on
   */
  static LayerRows below(Kernel kernel, Path containers) throws IOException {
    return new LayerRows(kernel, containers, Files.getFileStore(containers).name());
  }

  /** The file system as it is now; empty when it cannot be asked. */
  Optional<FileSystemStatus> fileSystem() {
    try (Fd dir = kernel.tree().open(Fd.CWD, containers.toString(), OpenFlags.O_RDONLY, 0)) {
      return Optional.of(kernel.io().fstatfs(dir));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  void add(Rows rows, Optional<FileSystemStatus> system, Optional<WritableLayers.Size> layer) {
    layer.ifPresent(size -> rows.add(Families.FS_USAGE, size.bytes(), device));
    system.ifPresent(
        has -> {
          rows.add(Families.FS_LIMIT, has.blocks() * has.blockSize(), device);
          rows.add(Families.FS_INODES_FREE, has.inodesFree(), device);
          rows.add(Families.FS_INODES_TOTAL, has.inodes(), device);
        });
  }
}
