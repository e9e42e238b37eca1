package dev.berth.image.layer;

import dev.berth.kernel.AtFlags;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileTree;
import dev.berth.kernel.FileType;
import dev.berth.kernel.OpenFlags;
import dev.berth.kernel.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a layer that is being unpacked: opens the parent of an entry inside the layer
 * and nowhere else, and sets the times of directories when all content is there.
 *
 * <p>The directory used last stays open, since tars list a directory's members in a row. The open
 * descriptor is dropped whenever something in the layer is replaced.
 */
final class LayerDirectories implements AutoCloseable {
  private static final int INSIDE =
      OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS | OpenFlags.RESOLVE_NO_XDEV;
  private static final int MAX_DEPTH = 1024;

  private record Dated(EntryPath path, Timestamp modified) {}

  private final FileTree tree;
  private final Fd root;
  private final List<Dated> dated = new ArrayList<>();
  private @Nullable Fd last;
  private boolean stale;
  private byte[] lastPath = new byte[0];
  private LayerUsage made = LayerUsage.NONE;

  LayerDirectories(FileTree tree, Fd root) {
    this.tree = tree;
    this.root = root;
  }

  /**
   * The directory an entry lies in, made if the tar did not name it. It stays open until the next
   * call and is not the caller's to close.
   */
  Fd parentOf(EntryPath path) throws ErrnoException, BadLayerException {
    if (path.depth() == 0) {
      return root;
    }
    byte[] parent = path.parent();
    if (last != null && !stale && Arrays.equals(parent, lastPath)) {
      return last;
    }
    if (path.depth() > MAX_DEPTH) {
      throw new BadLayerException("its path is more than " + MAX_DEPTH + " directories deep");
    }
    return remember(parent, openOrMake(path, parent));
  }

  private Fd openOrMake(EntryPath path, byte[] parent) throws ErrnoException {
    try {
      return openInside(parent);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    for (int depth = 1; depth <= path.depth(); depth++) {
      makeIfMissing(path, depth);
    }
    return openInside(parent);
  }

  private void makeIfMissing(EntryPath path, int depth) throws ErrnoException {
    try (Fd above = openInside(path.prefix(depth - 1))) {
      byte[] name = path.components().get(depth - 1);
      tree.mkdirat(above, name, 0755);
      tree.fchownat(above, name, 0, 0, AtFlags.AT_SYMLINK_NOFOLLOW);
      tree.fchmodat(above, name, 0755);
      made = made.plus(LayerUsage.ofDirectory());
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /** Opens a directory by its path in the layer, links in it resolved as if in a chroot. */
  Fd openInside(byte[] path) throws ErrnoException {
    return tree.openat2(root, path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, INSIDE);
  }

  private Fd remember(byte[] path, Fd directory) {
    close();
    last = directory;
    lastPath = path;
    stale = false;
    return directory;
  }

  /** What paths mean may have changed: the open directory is not used for the next entry. */
  void forget() {
    stale = true;
  }

  /** Remembers a directory's time until its content is there. */
  void date(EntryPath path, Timestamp modified) {
    dated.add(new Dated(path, modified));
  }

  /** Sets the times of all directories, the inner ones first. */
  void setTimes() throws ErrnoException, BadLayerException {
    for (int i = dated.size() - 1; i >= 0; i--) {
      Dated each = dated.get(i);
      if (each.path().isRoot()) {
        tree.utimensat(
            root, new byte[] {'.'}, each.modified(), each.modified(), AtFlags.AT_SYMLINK_NOFOLLOW);
        continue;
      }
      Fd parent = parentOf(each.path());
      byte[] name = each.path().name();
      boolean directory =
          tree.statIfPresent(parent, name, AtFlags.AT_SYMLINK_NOFOLLOW)
              .filter(s -> s.type() == FileType.DIRECTORY)
              .isPresent();
      if (directory) {
        tree.utimensat(parent, name, each.modified(), each.modified(), AtFlags.AT_SYMLINK_NOFOLLOW);
      }
    }
  }

  /** What directories made without an entry of their own take. */
  LayerUsage made() {
    return made;
  }

  @Override
  public void close() {
    if (last != null) {
      last.close();
      last = null;
    }
  }
}
