package dev.berth.image.layer;

import dev.berth.kernel.AtFlags;
import dev.berth.kernel.DirectoryEntry;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileStatus;
import dev.berth.kernel.FileTree;
import dev.berth.kernel.FileType;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts and reads what a layer's directory holds, as {@link LayerUsage} counts it: by descriptor,
 * following no link.
 */
final class TreeUsage {
  private static final int DIRECTORY =
      OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;

  private static final int FILE = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW;

  private final FileTree tree;
  private final ContentCopy content;
  private final Set<Long> linked = new HashSet<>();
  private LayerUsage usage = LayerUsage.NONE;

  private TreeUsage(Kernel kernel) {
    this.tree = kernel.tree();
    this.content = new ContentCopy(kernel.io());
  }

  /** Counts a directory with all below it. */
  static LayerUsage of(Kernel kernel, Path directory) throws IOException {
    TreeUsage count = new TreeUsage(kernel);
    try (Fd root = kernel.tree().open(Fd.CWD, directory.toString(), DIRECTORY, 0)) {
      count.directory(root);
    }
    return count.usage;
  }

  private void directory(Fd directory) throws IOException {
    usage = usage.plus(LayerUsage.ofDirectory());
    for (DirectoryEntry entry : tree.list(directory)) {
      byte[] name = entry.nameBytes();
      FileStatus status = tree.statx(directory, name, AtFlags.AT_SYMLINK_NOFOLLOW);
      if (status.type() == FileType.DIRECTORY) {
        try (Fd child = tree.open(directory, name, DIRECTORY, 0)) {
          directory(child);
        }
      } else if (status.links() == 1 || linked.add(status.inode())) {
        usage = usage.plus(share(directory, name, status.type()));
      }
    }
  }

  private LayerUsage share(Fd directory, byte[] name, FileType type) throws IOException {
    if (type == FileType.SYMLINK) {
      return ContentCopy.link(tree.readlinkat(directory, name));
    }
    if (type != FileType.REGULAR) {
      return LayerUsage.ofNode();
    }
    try (Fd file = tree.open(directory, name, FILE, 0)) {
      return content.read(file);
    }
  }
}
