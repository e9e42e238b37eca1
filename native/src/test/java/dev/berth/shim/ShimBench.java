package dev.berth.shim;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One shim with its folders and a hand-made root, for tests. Everything goes with close. */
final class ShimBench implements AutoCloseable, ExitListener {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  record Ended(String container, ExitRecord exit) {}

  final Path dir;
  final Path root;
  final ShimLauncher launcher;
  final Shim shim;
  final BlockingQueue<Ended> exits = new LinkedBlockingQueue<>();
  volatile boolean lost;
  private int works;

  private ShimBench(PodPlan pod, ShimLauncher launcher) throws Exception {
    this.launcher = launcher;
    dir = Files.createTempDirectory("berth-shim-test");
    root = dir.resolve("layer");
    makeRoot(root);
    shim = launcher.launch(new ShimSpec("pod", socket(), List.of()), this);
    shim.preparePod(pod).close();
  }

  /** A prepared pod; skips the test where that cannot be. */
  static ShimBench open(PodPlan pod) throws Exception {
    requireMachine();
    return new ShimBench(pod, ShimLauncher.open(Kernel.linux(), PATIENCE));
  }

  /** The same with a shim of another program. */
  static ShimBench open(PodPlan pod, Path program) throws Exception {
    requireMachine();
    return new ShimBench(pod, ShimLauncher.of(Kernel.linux(), PATIENCE, program));
  }

  static void requireMachine() {
    assumeTrue(
        Boolean.getBoolean("berth.root") || "root".equals(System.getProperty("user.name")),
        "needs root");
    assumeTrue(Files.isExecutable(BUSYBOX), "needs /bin/busybox (package busybox-static)");
  }

  static PodPlan pod() {
    return new PodPlan(true, true, true, false, "pod-host", PodPlan.DEFAULT_SHM_BYTES, Map.of());
  }

  String socket() {
    return dir.resolve("shim.sock").toString();
  }

  private static void makeRoot(Path root) throws IOException {
    for (String name : List.of("bin", "etc", "proc", "sys", "dev", "tmp", "var/empty")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.copy(BUSYBOX, root.resolve("bin/busybox"));
    for (String tool :
        List.of(
            "sh",
            "cat",
            "echo",
            "id",
            "sleep",
            "ls",
            "true",
            "false",
            "mount",
            "hostname",
            "kill",
            "readlink",
            "stat",
            "env",
            "touch",
            "grep",
            "mkdir",
            "seq",
            "yes",
            "head",
            "pwd",
            "wc",
            "ps",
            "printf",
            "dd",
            "tty",
            "nohup",
            "setsid")) {
      Files.createSymbolicLink(root.resolve("bin/" + tool), Path.of("busybox"));
    }
    Files.writeString(root.resolve("etc/data"), "not a program\n");
    Files.writeString(root.resolve("bin/garbage"), "\0\1\2garbage");
    Files.setPosixFilePermissions(
        root.resolve("bin/garbage"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** A plan with the usual mounts that runs a shell script; change it with the With methods. */
  ContainerPlan plan(String id, String script) throws IOException {
    return plan(id, process("/bin/sh", "-c", script));
  }

  ContainerPlan plan(String id, ProcessPlan process) throws IOException {
    Path upper = Files.createDirectories(dir.resolve("upper-" + id + works));
    Path work = Files.createDirectories(dir.resolve("work-" + id + works++));
    return new ContainerPlan(
        id,
        Namespaces.DEFAULT,
        List.of(),
        "",
        new RootPlan(List.of(root.toString()), upper.toString(), work.toString(), false),
        mounts(),
        devices(),
        List.of(new Symlink("/dev/fd", "/proc/self/fd"), new Symlink("/dev/ptmx", "pts/ptmx")),
        List.of("/proc/interrupts", "/proc/acpi", "/sys/firmware", "/proc/no-such"),
        List.of("/proc/sys", "/proc/bus"),
        Map.of(),
        process,
        new StdioPlan(log(id).toString(), false, false, StdioPlan.DEFAULT_MAX_LINE_BYTES),
        exitRecord(id).toString());
  }

  static ProcessPlan process(String... args) {
    return new ProcessPlan(
        List.of(args),
        List.of("PATH=/bin", "HOME=/"),
        "/",
        new UserPlan(0, 0, List.of(0L)),
        CapabilitySets.of(0xa80425fbL),
        true,
        FilterProgram.NONE,
        List.of(new Rlimit(7, 1000, 1000)),
        null,
        0022);
  }

  static List<MountOp> mounts() {
    Set<MountFlag> strict = Set.of(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);
    return List.of(
        new MountOp.Proc("/proc", strict),
        new MountOp.Tmpfs("/dev", Set.of(MountFlag.NOSUID), 65536L, 0755),
        new MountOp.Devpts("/dev/pts", Set.of(MountFlag.NOSUID, MountFlag.NOEXEC)),
        new MountOp.Mqueue("/dev/mqueue", strict),
        new MountOp.PodShm("/dev/shm", strict),
        new MountOp.Sysfs("/sys", Set.of(MountFlag.READONLY, MountFlag.NOSUID)));
  }

  private static List<DeviceNode> devices() {
    return List.of(
        new DeviceNode("/dev/null", DeviceNode.Type.CHARACTER, 1, 3, 0666, 0, 0),
        new DeviceNode("/dev/zero", DeviceNode.Type.CHARACTER, 1, 5, 0666, 0, 0));
  }

  Path log(String id) {
    return dir.resolve(id + ".log");
  }

  Path exitRecord(String id) {
    return dir.resolve(id + ".exit");
  }

  /** Creates, starts and waits; answers how it ended. */
  ExitRecord run(ContainerPlan plan) throws Exception {
    shim.create(plan);
    shim.start(plan.id());
    return awaitExit(plan.id());
  }

  ExitRecord awaitExit(String id) throws InterruptedException {
    Ended ended = exits.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (ended == null || !ended.container().equals(id)) {
      throw new AssertionError("waited for the end of " + id + ", got " + ended);
    }
    return ended.exit();
  }

  /** Runs a script in a container of its own and answers what it wrote to stdout and stderr. */
  String output(ContainerPlan plan) throws Exception {
    run(plan);
    return content(log(plan.id()));
  }

  /** A log's content, put together again from its lines. */
  static String content(Path log) throws IOException {
    StringBuilder out = new StringBuilder();
    for (String line : Files.readString(log, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (!line.isEmpty()) {
        String[] parts = line.split(" ", 4);
        out.append(parts[3]).append(parts[2].equals("F") ? "\n" : "");
      }
    }
    return out.toString();
  }

  /** What an exec session wrote, and how it ended. */
  record Output(ExitRecord exit, String stdout, String stderr) {}

  Output exec(String container, String execId, ProcessPlan process) throws Exception {
    FileIo io = Kernel.linux().io();
    ExecPlan plan = new ExecPlan(container, execId, process, false, List.of());
    try (Fd nothing = Kernel.linux().tree().open(Fd.CWD, "/dev/null", 0, 0);
        FileIo.Pipe out = io.pipe(0);
        FileIo.Pipe err = io.pipe(0)) {
      ExecHandle handle = shim.exec(plan, nothing, out.write(), err.write());
      out.write().close();
      err.write().close();
      String stdout = drain(out.read());
      String stderr = drain(err.read());
      return new Output(handle.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS), stdout, stderr);
    }
  }

  private static String drain(Fd pipe) throws IOException {
    StringBuilder all = new StringBuilder();
    ByteBuffer room = ByteBuffer.allocate(8192);
    while (Kernel.linux().io().read(pipe, room) > 0) {
      all.append(StandardCharsets.UTF_8.decode(room.flip()));
      room.clear();
    }
    return all.toString();
  }

  @Override
  public void exited(Shim from, String containerId, ExitRecord exit) {
    exits.add(new Ended(containerId, exit));
  }

  @Override
  public void lost(Shim from) {
    lost = true;
  }

  @Override
  public void close() throws IOException {
    try {
      shim.end(true);
    } catch (ShimFailure alreadyGone) {
      shim.close();
    }
    launcher.close();
    deleteAll(dir);
  }

  static void deleteAll(@Nullable Path top) throws IOException {
    if (top == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
