package dev.berth.image.layer;

import dev.berth.fault.Fault;
import dev.berth.kernel.AtFlags;
import dev.berth.kernel.Device;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileStatus;
import dev.berth.kernel.FileTree;
import dev.berth.kernel.FileType;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks a file up in a stack of layers as overlayfs would, without mounting one: whiteouts hide,
 * opaque directories hide what is below them, links are followed inside the stack.
 *
 * <p>Every step opens one component by descriptor without following it, so nothing outside the
 * layers is ever reached. Meant for a file or two; each step costs a few calls a layer.
 */
public final class MergedRoot {
  private static final int MAX_LINKS = 40;
  private static final int NOFOLLOW = AtFlags.AT_SYMLINK_NOFOLLOW;
  private static final int DIRECTORY =
      OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;

  private final Kernel kernel;
  private final FileTree tree;
  private final List<Path> layers;

  /**
   * A stack.
   *
   * @param layers directories of layers, the top one first
   */
  public MergedRoot(Kernel kernel, List<Path> layers) {
    this.kernel = kernel;
    this.tree = kernel.tree();
    this.layers = List.copyOf(layers);
  }

  /**
   * Reads a regular file.
   *
   * @return empty when there is none of that name
   * @throws Fault.InvalidArgument it is no regular file, is larger than allowed, or its links turn
   *     in a circle
   */
  public Optional<byte[]> read(String path, int maxBytes) throws IOException {
    Deque<byte[]> pending = new ArrayDeque<>(components(path.getBytes(StandardCharsets.UTF_8)));
    List<byte[]> done = new ArrayList<>();
    int links = 0;
    while (!pending.isEmpty()) {
      byte[] name = pending.pop();
      if (name.length == 2 && name[0] == '.' && name[1] == '.') {
        if (!done.isEmpty()) {
          done.removeLast();
        }
        continue;
      }
      try (Found found = find(done, name)) {
        switch (found.type()) {
          case UNKNOWN -> {
            return Optional.empty();
          }
          case DIRECTORY -> done.add(name);
          case SYMLINK -> {
            if (++links > MAX_LINKS) {
              throw refused(path, "has too many symbolic links");
            }
            follow(tree.readlinkat(found.in(), name), pending, done);
          }
          case REGULAR -> {
            return pending.isEmpty()
                ? Optional.of(content(found, name, path, maxBytes))
                : Optional.empty();
          }
          default -> throw refused(path, "is not a regular file");
        }
      }
    }
    throw refused(path, "is a directory");
  }

  private static void follow(byte[] target, Deque<byte[]> pending, List<byte[]> done) {
    if (target.length > 0 && target[0] == '/') {
      done.clear();
    }
    components(target).reversed().forEach(pending::push);
  }

  /** The topmost layer's directory that has a name; type UNKNOWN when none has. */
  private record Found(Fd in, FileType type) implements AutoCloseable {
    @Override
    public void close() {
      in.close();
    }
  }

  private Found find(List<byte[]> directory, byte[] name) throws IOException {
    List<Fd> stack = open(directory);
    try {
      for (int i = 0; i < stack.size(); i++) {
        Optional<FileStatus> status = tree.statIfPresent(stack.get(i), name, NOFOLLOW);
        if (status.isPresent()) {
          FileType type = isWhiteout(status.get()) ? FileType.UNKNOWN : status.get().type();
          return new Found(stack.remove(i), type);
        }
      }
      return new Found(Fd.borrowed(0), FileType.UNKNOWN);
    } finally {
      stack.forEach(Fd::close);
    }
  }

  /** The directories that overlayfs would merge under a path without links, top first. */
  private List<Fd> open(List<byte[]> directory) throws IOException {
    List<Fd> stack = new ArrayList<>();
    try {
      for (Path layer : layers) {
        stack.add(tree.open(Fd.CWD, layer.toString(), DIRECTORY, 0));
      }
      for (byte[] name : directory) {
        List<Fd> above = stack;
        stack = new ArrayList<>();
        try {
          descend(above, name, stack);
        } finally {
          above.forEach(Fd::close);
        }
      }
      return stack;
    } catch (IOException | RuntimeException e) {
      stack.forEach(Fd::close);
      throw e;
    }
  }

  private void descend(List<Fd> above, byte[] name, List<Fd> into) throws IOException {
    for (Fd each : above) {
      Optional<FileStatus> status = tree.statIfPresent(each, name, NOFOLLOW);
      if (status.isEmpty()) {
        continue;
      }
      if (status.get().type() != FileType.DIRECTORY) {
        return;
      }
      Fd directory = tree.open(each, name, DIRECTORY, 0);
      into.add(directory);
      if (isOpaque(directory)) {
        return;
      }
    }
  }

  private boolean isOpaque(Fd directory) throws IOException {
    return kernel
        .io()
        .fgetxattr(directory, "trusted.overlay.opaque")
        .filter(value -> Arrays.equals(value, new byte[] {'y'}))
        .isPresent();
  }

  private static boolean isWhiteout(FileStatus status) {
    return status.type() == FileType.CHARACTER && status.represents().equals(Device.NONE);
  }

  private byte[] content(Found found, byte[] name, String path, int maxBytes) throws IOException {
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK;
    try (Fd file = tree.open(found.in(), name, flags, 0)) {
      ByteBuffer buffer = ByteBuffer.allocate(maxBytes + 1);
      while (buffer.hasRemaining() && kernel.io().read(file, buffer) > 0) {
        // until the end or full
      }
      if (buffer.position() > maxBytes) {
        throw refused(path, "is larger than " + maxBytes + " bytes");
      }
      return Arrays.copyOf(buffer.array(), buffer.position());
    }
  }

  private static List<byte[]> components(byte[] path) {
    List<byte[]> components = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        boolean dot = i - begin == 1 && path[begin] == '.';
        if (i > begin && !dot) {
          components.add(Arrays.copyOfRange(path, begin, i));
        }
        begin = i + 1;
      }
    }
    return components;
  }

  private static Fault.InvalidArgument refused(String path, String why) {
    return new Fault.InvalidArgument("reading \"" + path + "\" in the image: " + why);
  }
}
