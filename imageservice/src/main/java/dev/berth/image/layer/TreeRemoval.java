package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.kernel.AtFlags;
import dev.berth.kernel.DirectoryEntry;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileTree;
import dev.berth.kernel.FileType;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Removes directory trees by descriptor, never following a link.
 *
 * <p>A tree deeper than a thousand directories costs no more descriptors than a shallow one: what
 * lies deeper is moved up to the tree's root first.
 *
 * <p>Threads: one removal at a time by each instance.
 */
public final class TreeRemoval {
  private static final int MAX_DEPTH = 64;

  private final FileTree tree;
  private final long stem = ThreadLocalRandom.current().nextLong() & Long.MAX_VALUE;
  private long moved;

  /** A removal through these calls. */
  public TreeRemoval(Kernel kernel) {
    this.tree = kernel.tree();
  }

  /** Removes a file or a tree by its path; one that is not there is fine. */
  public void remove(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    Path name = path.getFileName();
    if (parent == null || name == null) {
      throw new IllegalArgumentException("removing " + path + ": has no parent");
    }
    try (Fd above =
        tree.open(Fd.CWD, parent.toString(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0)) {
      remove(above, name.toString().getBytes(UTF_8));
    }
  }

  /** Removes a file or a tree by its name in an open directory; one that is not there is fine. */
  void remove(Fd parent, byte[] name) throws IOException {
    try {
      tree.unlinkat(parent, name, 0);
      return;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) {
        return;
      }
      if (!e.is(Errno.EISDIR) && !e.is(Errno.EPERM)) {
        throw e;
      }
    }
    try (Fd top = open(parent, name)) {
      empty(top, top, 0);
    }
    tree.unlinkat(parent, name, AtFlags.AT_REMOVEDIR);
  }

  private void empty(Fd top, Fd directory, int depth) throws IOException {
    boolean more = true;
    while (more) {
      more = false;
      for (DirectoryEntry entry : tree.list(directory)) {
        more |= removeEntry(top, directory, entry, depth);
      }
    }
  }

  /** Removes one entry; true when something was moved to the top, which must be listed again. */
  private boolean removeEntry(Fd top, Fd directory, DirectoryEntry entry, int depth)
      throws IOException {
    byte[] name = entry.nameBytes();
    if (!isDirectory(directory, entry)) {
      tree.unlinkat(directory, name, 0);
      return false;
    }
    long before = moved;
    try (Fd child = open(directory, name)) {
      if (depth < MAX_DEPTH) {
        empty(top, child, depth + 1);
      } else {
        moveUp(top, child);
      }
    }
    tree.unlinkat(directory, name, AtFlags.AT_REMOVEDIR);
    return depth == 0 && moved != before;
  }

  /** Empties a directory that lies too deep: its directories continue their life at the top. */
  private void moveUp(Fd top, Fd directory) throws IOException {
    for (DirectoryEntry entry : tree.list(directory)) {
      if (isDirectory(directory, entry)) {
        String name = ".removed-" + stem + "-" + ++moved;
        tree.renameat2(directory, entry.nameBytes(), top, name.getBytes(UTF_8), 0);
      } else {
        tree.unlinkat(directory, entry.nameBytes(), 0);
      }
    }
  }

  private boolean isDirectory(Fd directory, DirectoryEntry entry) throws ErrnoException {
    if (entry.type() != FileType.UNKNOWN) {
      return entry.type() == FileType.DIRECTORY;
    }
    return tree.statx(directory, entry.nameBytes(), AtFlags.AT_SYMLINK_NOFOLLOW).type()
        == FileType.DIRECTORY;
  }

  private Fd open(Fd parent, byte[] name) throws ErrnoException {
    return tree.open(
        parent, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0);
  }
}
