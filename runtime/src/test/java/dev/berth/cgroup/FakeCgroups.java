package dev.berth.cgroup;

import dev.berth.kernel.Bpf;
import dev.berth.kernel.Epoll;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.FileTree;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Mounts;
import dev.berth.kernel.OpenFlags;
import dev.berth.kernel.Processes;
import dev.berth.kernel.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A folder that behaves like mounted cgroups: a new directory comes with its files, one that is
 * removed goes with them, and a write into {@code cgroup.subtree_control} gives files to the
 * directories below. All other writes simply stay in the file.
 */
final class FakeCgroups implements Kernel {

  /** How many instructions each program has that was loaded. */
  final List<Integer> programs = new ArrayList<>();

  private static final Map<String, String> V1_FILES =
      Map.ofEntries(
          Map.entry("cpu/cpu.shares", "1024"),
          Map.entry("cpu/cpu.cfs_quota_us", "-1"),
          Map.entry("cpu/cpu.cfs_period_us", "100000"),
          Map.entry("cpuset/cpuset.cpus", ""),
          Map.entry("cpuset/cpuset.mems", ""),
          Map.entry("cpuset/cgroup.clone_children", "0"),
          Map.entry("memory/memory.limit_in_bytes", "9223372036854771712"),
          Map.entry("memory/memory.memsw.limit_in_bytes", "9223372036854771712"),
          Map.entry("devices/devices.allow", ""),
          Map.entry("devices/devices.deny", ""),
          Map.entry("freezer/freezer.state", "THAWED"),
          Map.entry("pids/pids.max", "max"));

  private static final Map<String, String> V2_FILES =
      Map.of(
          "cpu.weight", "100",
          "cpu.max", "max 100000",
          "cpuset.cpus", "",
          "cpuset.mems", "",
          "memory.max", "max",
          "memory.swap.max", "max",
          "memory.high", "max",
          "hugetlb.2MB.max", "max",
          "pids.max", "max");

  private final Path root;
  private final boolean unified;
  private final Map<Integer, Path> open = new HashMap<>();
  private final Map<String, Integer> refusals = new HashMap<>();
  private final Set<String> busy = new HashSet<>();

  /** Every write, as path below the root, "=", value. */
  final List<String> written = new ArrayList<>();

  private FakeCgroups(Path root, boolean unified) {
    this.root = root;
    this.unified = unified;
  }

  /** Version 1 with a hierarchy a controller. */
  static FakeCgroups v1(Path root) throws IOException {
    var fake = new FakeCgroups(root, false);
    for (String controller : List.of("cpu", "cpuset", "memory", "devices", "freezer", "pids")) {
      Path dir = Files.createDirectory(root.resolve(controller));
      fake.fill(dir);
    }
    Files.writeString(root.resolve("cpuset/cpuset.cpus"), "0-1\n");
    Files.writeString(root.resolve("cpuset/cpuset.mems"), "0\n");
    return fake;
  }

  /** Version 2 with these controllers. */
  static FakeCgroups v2(Path root, String controllers) throws IOException {
    var fake = new FakeCgroups(root, true);
    fake.fill(root);
    Files.writeString(root.resolve("cgroup.controllers"), controllers + "\n");
    return fake;
  }

  /** The mounts as /proc/thread-self/mountinfo would show them. */
  CgroupLayout layout() throws IOException {
    if (unified) {
      return CgroupLayout.parse("1 0 0:1 / " + root + " rw - cgroup2 cgroup2 rw");
    }
    var mounts = new StringBuilder();
    try (var dirs = Files.list(root)) {
      dirs.forEach(
          dir ->
              mounts
                  .append("1 0 0:1 / ")
                  .append(dir)
                  .append(" rw - cgroup cgroup rw,")
                  .append(dir.getFileName())
                  .append('\n'));
    }
    return CgroupLayout.parse(mounts.toString());
  }

  /** Makes writes to every file of this name fail. */
  void refuse(String file, int errno) {
    refusals.put(file, errno);
  }

  /** Keeps directories whose path ends so from being removed, until {@link #free}. */
  void busy(String ending) {
    busy.add(ending);
  }

  void free() {
    busy.clear();
  }

  String text(String path) throws IOException {
    return Files.readString(root.resolve(path)).strip();
  }

  Path path(String path) {
    return root.resolve(path);
  }

  private void fill(Path dir) throws IOException {
    Files.writeString(dir.resolve("cgroup.procs"), "");
    if (!unified) {
      String hierarchy = root.relativize(dir).getName(0).toString() + "/";
      for (Map.Entry<String, String> file : V1_FILES.entrySet()) {
        if (file.getKey().startsWith(hierarchy)) {
          String name = file.getKey().substring(hierarchy.length());
          Files.writeString(dir.resolve(name), file.getValue() + "\n");
        }
      }
      return;
    }
    Files.writeString(dir.resolve("cgroup.kill"), "");
    Files.writeString(dir.resolve("cgroup.subtree_control"), "");
    Path above = dir.resolveSibling("cgroup.subtree_control");
    give(dir, dir.equals(root) ? "" : Files.readString(above).strip());
  }

  private static void give(Path dir, String controllers) throws IOException {
    Files.writeString(dir.resolve("cgroup.controllers"), controllers + "\n");
    for (String controller : Controllers.names(controllers)) {
      for (Map.Entry<String, String> file : V2_FILES.entrySet()) {
        Path path = dir.resolve(file.getKey());
        if (file.getKey().startsWith(controller + ".") && !Files.exists(path)) {
          Files.writeString(path, file.getValue() + "\n");
        }
      }
    }
  }

  private void mkdir(Path dir) throws IOException {
    Kernel.linux().tree().mkdirat(Fd.CWD, dir.toString(), 0755);
    fill(dir);
  }

  private void rmdir(Path dir) throws IOException {
    if (!Files.exists(dir)) {
      throw new ErrnoException("unlinkat", dir.toString(), Errno.ENOENT);
    }
    boolean held = busy.stream().anyMatch(dir.toString()::endsWith);
    try (var entries = Files.list(dir)) {
      List<Path> all = entries.toList();
      if (held || all.stream().anyMatch(Files::isDirectory)) {
        throw new ErrnoException("unlinkat", dir.toString(), Errno.EBUSY);
      }
      for (Path file : all) {
        Files.delete(file);
      }
    }
    Files.delete(dir);
  }

  private Fd open(Path path, int flags) throws ErrnoException {
    boolean writes = (flags & OpenFlags.O_WRONLY) != 0;
    Fd fd = Kernel.linux().tree().open(Fd.CWD, path.toString(), flags, 0);
    if (writes) {
      open.put(fd.number(), path);
    }
    return fd;
  }

  private int write(Fd fd, ByteBuffer buffer) throws IOException {
    Path path = open.get(fd.number());
    if (path == null) {
      throw new IllegalStateException(fd + " was not opened for writing");
    }
    String value = StandardCharsets.UTF_8.decode(buffer).toString();
    String file = path.getFileName().toString();
    Integer errno = refusals.get(file);
    if (errno != null) {
      throw new ErrnoException("write", path.toString(), errno);
    }
    written.add(root.relativize(path) + "=" + value);
    if (file.equals("cgroup.subtree_control")) {
      enable(path.resolveSibling(".").normalize(), value.replace("+", ""));
    } else {
      Files.writeString(path, value + "\n");
    }
    return value.length();
  }

  private void enable(Path dir, String controllers) throws IOException {
    var all =
        new ArrayList<>(
            Controllers.names(Files.readString(dir.resolve("cgroup.controllers")).strip()));
    Set<String> wanted = Controllers.names(controllers);
    if (!all.containsAll(wanted)) {
      throw new ErrnoException("write", dir.toString(), Errno.ENOENT);
    }
    Path file = dir.resolve("cgroup.subtree_control");
    var enabled = new LinkedHashSet<>(Controllers.names(Files.readString(file).strip()));
    enabled.addAll(wanted);
    Files.writeString(file, String.join(" ", enabled) + "\n");
    try (var children = Files.list(dir)) {
      for (Path child : children.filter(Files::isDirectory).toList()) {
        give(child, String.join(" ", enabled));
      }
    }
  }

  @Override
  public FileTree tree() {
    return proxy(
        FileTree.class,
        Kernel.linux().tree(),
        (name, arguments) -> {
          if (!(arguments.length > 1 && arguments[1] instanceof byte[] bytes)) {
            return null;
          }
          Path path = Path.of(new String(bytes, StandardCharsets.UTF_8));
          switch (name) {
            case "mkdirat" -> mkdir(path);
            case "unlinkat" -> rmdir(path);
            case "open" -> {
              return open(path, (int) arguments[2]);
            }
            default -> {
              return null;
            }
          }
          return DONE;
        });
  }

  @Override
  public FileIo io() {
    return proxy(
        FileIo.class,
        Kernel.linux().io(),
        (name, arguments) ->
            name.equals("write") ? write((Fd) arguments[0], (ByteBuffer) arguments[1]) : null);
  }

  @Override
  public Mounts mounts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sockets sockets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Processes processes() {
    return Kernel.linux().processes();
  }

  /** Takes every program and keeps its length. */
  @Override
  public Bpf bpf() {
    return new Bpf() {
      @Override
      public Fd loadDeviceProgram(byte[] instructions) throws ErrnoException {
        programs.add(instructions.length / 8);
        return Kernel.linux().io().memfd("program", false);
      }

      @Override
      public void attachDeviceProgram(Fd cgroup, Fd program) {}
    };
  }

  @Override
  public Epoll epoll() {
    throw new UnsupportedOperationException();
  }

  private static final Object DONE = new Object();

  /** A call of ours; null leaves it to the real kernel. */
  @FunctionalInterface
  private interface Instead {
    @org.jspecify.annotations.Nullable
    Object call(String name, Object[] arguments) throws IOException;
  }

  private static <T> T proxy(Class<T> type, T real, Instead instead) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          try {
            Object answer = instead.call(method.getName(), arguments);
            if (answer != null) {
              return answer.equals(DONE) ? null : answer;
            }
            return method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          } catch (ErrnoException e) {
            throw e;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
