package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.kernel.AtFlags;
import dev.berth.kernel.Device;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.FileStatus;
import dev.berth.kernel.FileTree;
import dev.berth.kernel.FileType;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the files of one layer in its directory, entry by entry.
 *
 * <p>Order within an entry: content, owner, permissions (a change of owner takes set-id bits away),
 * attributes (a change of owner takes capabilities away), times. An entry replaces an earlier one
 * of the same name; a directory on a directory only updates it.
 *
 * <p>Threads: one writer belongs to one thread.
 */
final class LayerWriter implements AutoCloseable {
  private static final byte[] WHITEOUT = ".wh.".getBytes(UTF_8);
  private static final byte[] AUFS = ".wh..wh.".getBytes(UTF_8);
  private static final byte[] OPAQUE = ".wh..wh..opq".getBytes(UTF_8);
  private static final String OPAQUE_MARK = "trusted.overlay.opaque";
  private static final int NOFOLLOW = AtFlags.AT_SYMLINK_NOFOLLOW;

  private final FileTree tree;
  private final FileIo io;
  private final Fd root;
  private final LayerDirectories directories;
  private final TreeRemoval removal;
  private final ContentCopy copy;
  private LayerUsage usage = LayerUsage.ofDirectory();
  private boolean replaced;

  /**
   * A writer.
   *
   * @param root the layer's directory, empty; stays the caller's
   */
  LayerWriter(Kernel kernel, Fd root) {
    this.tree = kernel.tree();
    this.io = kernel.io();
    this.copy = new ContentCopy(io);
    this.root = root;
    this.directories = new LayerDirectories(tree, root);
    this.removal = new TreeRemoval(kernel);
  }

  /**
   * Makes one entry.
   *
   * @param content where a file's bytes come from
   * @throws BadLayerException the entry asks for what cannot or must not be
   * @throws ErrnoException the machine refused: disk full, I/O error
   */
  void apply(TarEntry entry, TarReader content) throws IOException {
    EntryPath path = EntryPath.of(entry.path());
    if (path.isRoot()) {
      root(entry, path);
      return;
    }
    byte[] name = path.name();
    Fd parent = directories.parentOf(path);
    if (startsWith(name, WHITEOUT)) {
      whiteout(parent, name);
      return;
    }
    switch (entry.kind()) {
      case DIRECTORY -> directory(parent, path, entry);
      case FILE -> file(parent, name, entry, content);
      case SYMLINK -> symlink(parent, name, entry);
      case HARD_LINK -> hardLink(parent, name, entry);
      case CHARACTER_DEVICE -> node(parent, name, entry, FileType.CHARACTER);
      case BLOCK_DEVICE -> node(parent, name, entry, FileType.BLOCK);
      case FIFO -> node(parent, name, entry, FileType.FIFO);
    }
  }

  /** Sets what had to wait for all content. */
  LayerUsage finish() throws IOException {
    directories.setTimes();
    return usage.plus(directories.made());
  }

  private void root(TarEntry entry, EntryPath path) throws IOException {
    if (entry.kind() != TarEntry.Kind.DIRECTORY) {
      throw new BadLayerException("the root of a layer must be a directory");
    }
    try (Fd self = openDirectory(root, new byte[] {'.'})) {
      dress(self, entry);
    }
    directories.date(path, entry.modified());
  }

  private void directory(Fd parent, EntryPath path, TarEntry entry) throws IOException {
    byte[] name = path.name();
    Optional<FileStatus> existing = tree.statIfPresent(parent, name, NOFOLLOW);
    boolean there = existing.filter(s -> s.type() == FileType.DIRECTORY).isPresent();
    if (!there) {
      if (existing.isPresent()) {
        replace(parent, name);
      }
      tree.mkdirat(parent, name, 0700);
      usage = usage.plus(LayerUsage.ofDirectory());
    }
    try (Fd self = openDirectory(parent, name)) {
      dress(self, entry);
      if (existing.filter(LayerWriter::isWhiteout).isPresent()) {
        markOpaque(self);
      }
    }
    directories.date(path, entry.modified());
  }

  private void file(Fd parent, byte[] name, TarEntry entry, TarReader content) throws IOException {
    try (Fd file = create(parent, name)) {
      LayerUsage share = copy.all(content, file);
      dress(file, entry);
      usage = usage.plus(share);
    }
    setTimes(parent, name, entry);
  }

  private Fd create(Fd parent, byte[] name) throws IOException {
    int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW;
    try {
      return tree.open(parent, name, flags, 0600);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
    replace(parent, name);
    return tree.open(parent, name, flags, 0600);
  }

  private void symlink(Fd parent, byte[] name, TarEntry entry) throws IOException {
    making(parent, name, () -> tree.symlinkat(entry.target(), parent, name));
    tree.fchownat(parent, name, entry.owner(), entry.group(), NOFOLLOW);
    usage = usage.plus(ContentCopy.link(entry.target()));
    setTimes(parent, name, entry);
  }

  /** The target is found inside the layer and is never followed if it is itself a link. */
  private void hardLink(Fd parent, byte[] name, TarEntry entry) throws IOException {
    EntryPath target = EntryPath.of(entry.target());
    if (target.isRoot()) {
      throw new BadLayerException("a hard link to a directory");
    }
    if (startsWith(target.name(), AUFS)) {
      return;
    }
    try (Fd above = directories.openInside(target.parent())) {
      if (sameFile(above, target.name(), parent, name)) {
        return;
      }
      making(parent, name, () -> tree.linkat(above, target.name(), parent, name, 0));
    }
  }

  /** A link to itself must not remove what it links to. */
  private boolean sameFile(Fd above, byte[] target, Fd parent, byte[] name) throws IOException {
    Optional<FileStatus> existing = tree.statIfPresent(parent, name, NOFOLLOW);
    if (existing.isEmpty()) {
      return false;
    }
    FileStatus linked = tree.statx(above, target, NOFOLLOW);
    return linked.inode() == existing.get().inode();
  }

  private void node(Fd parent, byte[] name, TarEntry entry, FileType type) throws IOException {
    making(parent, name, () -> tree.mknodat(parent, name, type.bits() | 0600, entry.device()));
    tree.fchownat(parent, name, entry.owner(), entry.group(), NOFOLLOW);
    tree.fchmodat(parent, name, entry.mode());
    usage = usage.plus(LayerUsage.ofNode());
    setTimes(parent, name, entry);
  }

  private void whiteout(Fd parent, byte[] name) throws IOException {
    if (Arrays.equals(name, OPAQUE)) {
      try (Fd self = openDirectory(parent, new byte[] {'.'})) {
        markOpaque(self);
      }
      return;
    }
    if (startsWith(name, AUFS)) {
      return;
    }
    byte[] hidden = Arrays.copyOfRange(name, WHITEOUT.length, name.length);
    if (hidden.length == 0 || EntryPath.of(hidden).isRoot()) {
      throw new BadLayerException("a whiteout of nothing");
    }
    hide(parent, hidden);
  }

  /** A whiteout is about the layers below; what this layer itself has of that name stays. */
  private void hide(Fd parent, byte[] hidden) throws IOException {
    Optional<FileStatus> existing = tree.statIfPresent(parent, hidden, NOFOLLOW);
    if (existing.isEmpty()) {
      tree.mknodat(parent, hidden, FileType.CHARACTER.bits(), Device.NONE);
      usage = usage.plus(LayerUsage.ofNode());
    } else if (existing.get().type() == FileType.DIRECTORY) {
      try (Fd self = openDirectory(parent, hidden)) {
        markOpaque(self);
      }
    }
  }

  private static boolean isWhiteout(FileStatus status) {
    return status.type() == FileType.CHARACTER && status.represents().equals(Device.NONE);
  }

  private void markOpaque(Fd directory) throws IOException {
    io.fsetxattr(directory, OPAQUE_MARK, new byte[] {'y'}, 0);
  }

  private Fd openDirectory(Fd parent, byte[] name) throws IOException {
    return tree.open(
        parent, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0);
  }

  private void dress(Fd file, TarEntry entry) throws IOException {
    io.fchown(file, entry.owner(), entry.group());
    io.fchmod(file, entry.mode());
    for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
      if (isKept(xattr.getKey())) {
        setXattr(file, xattr.getKey(), xattr.getValue());
      }
    }
  }

  /** Marks of overlayfs and of this node's own security modules are not an image's to set. */
  private static boolean isKept(String name) {
    return name.equals("security.capability")
        || (name.startsWith("user.") && !name.startsWith("user.overlay."));
  }

  private void setXattr(Fd file, String name, byte[] value) throws IOException {
    try {
      io.fsetxattr(file, name, value, 0);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
    }
  }

  private void setTimes(Fd parent, byte[] name, TarEntry entry) throws IOException {
    tree.utimensat(parent, name, entry.modified(), entry.modified(), NOFOLLOW);
  }

  @FunctionalInterface
  private interface Making {
    void run() throws IOException;
  }

  private void making(Fd parent, byte[] name, Making action) throws IOException {
    try {
      action.run();
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      replace(parent, name);
      action.run();
    }
  }

  /** Whether an entry took another's place, so that what was counted is too much. */
  boolean hasReplaced() {
    return replaced;
  }

  private void replace(Fd parent, byte[] name) throws IOException {
    replaced = true;
    removal.remove(parent, name);
    directories.forget();
  }

  private static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public void close() {
    directories.close();
  }
}
