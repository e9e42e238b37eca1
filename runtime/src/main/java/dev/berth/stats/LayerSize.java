package dev.berth.stats;

import dev.berth.kernel.AtFlags;
import dev.berth.kernel.DirectoryEntry;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileStatus;
import dev.berth.kernel.FileTree;
import dev.berth.kernel.FileType;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a tree takes on its file system, hard links once.
 *
 * <p>The tree was made by a container, and changes meanwhile: nothing is followed, and what
 * vanishes is not counted. Directories wait as paths below an open one; where a path grows long,
 * the directory itself is opened and paths begin anew, so that no depth escapes the measure.
 */
final class LayerSize {
  private static final int LONG_PATH = 2000;
  private static final byte[] ITSELF = {'.'};

  private final FileTree tree;
  private final long most;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Set<Long> linked = new HashSet<>();
  private long bytes;
  private long inodes;

  /**
   * The result of a walk.
   *
   * @param bytes blocks taken, not lengths
   * @param whole false when the walk gave up at its bound
   */
  record Measured(long bytes, long inodes, boolean whole) {}

  @SuppressWarnings("ArrayRecordComponent") // read once and never compared
  private record Waiting(Anchor anchor, byte[] path) {}

  /** An open directory that others are named below; closed with the last of them. */
  private static final class Anchor {
    private final Fd dir;
    private int users;

    Anchor(Fd dir) {
      this.dir = dir;
    }

    void release() {
      users--;
      if (users == 0) {
        dir.close();
      }
    }
  }

  private LayerSize(FileTree tree, long most) {
    this.tree = tree;
    this.most = most;
  }

  /**
   * Walks a tree.
   *
   * @param most entries after which to give up
   * @throws ErrnoException the root cannot be opened
   */
  static Measured of(Kernel kernel, Path root, long most) throws ErrnoException {
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;
    Fd dir = kernel.tree().open(Fd.CWD, root.toString(), flags, 0);
    return new LayerSize(kernel.tree(), most).walk(new Anchor(dir));
  }

  private Measured walk(Anchor root) throws ErrnoException {
    try {
      add(root, ITSELF);
      count(tree.statx(root.dir, ITSELF, AtFlags.AT_SYMLINK_NOFOLLOW));
      while (!waiting.isEmpty() && inodes < most) {
        Waiting next = waiting.pop();
        try {
          enter(next);
        } finally {
          next.anchor().release();
        }
      }
      return new Measured(bytes, inodes, waiting.isEmpty());
    } finally {
      waiting.forEach(w -> w.anchor().release());
    }
  }

  private void add(Anchor anchor, byte[] path) {
    anchor.users++;
    waiting.push(new Waiting(anchor, path));
  }

  private void enter(Waiting next) throws ErrnoException {
    Fd dir = open(next);
    if (dir == null) {
      return;
    }
    if (next.path().length <= LONG_PATH) {
      try (dir) {
        tree.list(dir, entry -> take(dir, entry, next.anchor(), next.path()));
      }
    } else {
      Anchor here = new Anchor(dir);
      here.users++;
      try {
        tree.list(dir, entry -> take(dir, entry, here, ITSELF));
      } finally {
        here.release();
      }
    }
  }

  private @Nullable Fd open(Waiting next) throws ErrnoException {
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;
    int resolve = OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_NO_SYMLINKS;
    try {
      return tree.openat2(next.anchor().dir, next.path(), flags, 0, resolve);
    } catch (ErrnoException e) {
      if (vanished(e)) {
        return null;
      }
      throw e;
    }
  }

  private void take(Fd dir, DirectoryEntry entry, Anchor anchor, byte[] path) {
    try {
      FileStatus status = tree.statx(dir, entry.nameBytes(), AtFlags.AT_SYMLINK_NOFOLLOW);
      count(status);
      if (status.type() == FileType.DIRECTORY) {
        add(anchor, below(path, entry.nameBytes()));
      }
    } catch (ErrnoException e) {
      // it vanished, or it is being replaced: it does not count this time
    }
  }

  private void count(FileStatus status) {
    boolean seen =
        status.type() != FileType.DIRECTORY && status.links() > 1 && !linked.add(status.inode());
    if (!seen) {
      inodes++;
      bytes += status.blocks() * 512;
    }
  }

  private static boolean vanished(ErrnoException e) {
    return e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP) || e.is(Errno.EAGAIN);
  }

  private static byte[] below(byte[] path, byte[] name) {
    byte[] joined = new byte[path.length + 1 + name.length];
    System.arraycopy(path, 0, joined, 0, path.length);
    joined[path.length] = '/';
    System.arraycopy(name, 0, joined, path.length + 1, name.length);
    return joined;
  }
}
