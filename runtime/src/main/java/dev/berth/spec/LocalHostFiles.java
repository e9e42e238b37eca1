package dev.berth.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine's own files. Blocks as long as they do: call it on a platform thread. */
public final class LocalHostFiles implements HostFiles {
  private static final int DEPTH = 16;
  private static final int FORMAT_MASK = 0170000;
  private static final int CHARACTER = 0020000;
  private static final int BLOCK = 0060000;

  private final Path mountTable;

  public LocalHostFiles() {
    this(Path.of("/proc/thread-self/mountinfo"));
  }

  LocalHostFiles(Path mountTable) {
    this.mountTable = mountTable;
  }

  @Override
  public Optional<Found> find(String path) {
    try {
      Path real = Path.of(path).toRealPath();
      return Optional.of(new Found(real.toString(), Files.isDirectory(real)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<HostDevice> devicesBelow(String directory) {
    var found = new ArrayList<HostDevice>();
    Path top = Path.of(directory);
    try {
      Files.walkFileTree(top, EnumSet.noneOf(FileVisitOption.class), DEPTH, new Nodes(top, found));
    } catch (IOException e) {
      throw new UncheckedIOException("list devices below " + directory, e);
    }
    found.sort(Comparator.comparing(HostDevice::path));
    return found;
  }

  @Override
  public Spread spread(String realPath) {
    try {
      return MountTable.parse(Files.readString(mountTable)).spread(realPath);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + mountTable, e);
    }
  }

  /** Collects nodes, staying on the file system it started on: terminals and queues are others. */
  private static final class Nodes extends SimpleFileVisitor<Path> {
    private final List<HostDevice> found;
    private final Object fileSystem;

    Nodes(Path top, List<HostDevice> found) throws IOException {
      this.found = found;
      this.fileSystem = Files.getAttribute(top, "unix:dev");
    }

    @Override
    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
        throws IOException {
      Object dev = Files.getAttribute(dir, "unix:dev", LinkOption.NOFOLLOW_LINKS);
      return dev.equals(fileSystem) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isOther()) {
        device(file).ifPresent(found::add);
      }
      return FileVisitResult.CONTINUE;
    }

    /** Nodes come and go while we look. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }

  private static Optional<HostDevice> device(Path file) throws IOException {
    Map<String, Object> all =
        Files.readAttributes(file, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) all.getOrDefault("mode", 0);
    int format = mode & FORMAT_MASK;
    if (format != CHARACTER && format != BLOCK) {
      return Optional.empty();
    }
    long rdev = (Long) all.getOrDefault("rdev", 0L);
    return Optional.of(
        new HostDevice(
            file.toString(),
            format == BLOCK,
            (int) (((rdev >> 8) & 0xfff) | ((rdev >> 32) & ~0xfffL)),
            (int) ((rdev & 0xff) | ((rdev >> 12) & ~0xffL)),
            mode & 0777,
            (Integer) all.getOrDefault("uid", 0),
            (Integer) all.getOrDefault("gid", 0)));
  }
}
