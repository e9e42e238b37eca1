package dev.berth.cli;

import dev.berth.cgroup.CgroupLayout;
import dev.berth.fault.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at what the machine offers. Reads proc(5) and sysfs(5) only, and changes nothing. */
final class Checkup {
  private static final int LEAST_MAJOR = 5;
  private static final int LEAST_MINOR = 14;
  private static final long FEW_FILES = 65_536;
  private static final long GIBIBYTE = 1L << 30;
  private static final Set<String> WANTED = Set.of("cpu", "memory", "pids", "cpuset");

  private final Path root;
  private final List<Finding> findings = new ArrayList<>();

  private Checkup(Path root) {
    this.root = root;
  }

  /**
   * Looks at everything.
   *
   * @param root where the machine's files are: {@code /}, but for tests
   * @param disk the daemon's root directory, or one above it that exists
   */
  static List<Finding> of(Path root, Path disk) {
    Checkup checkup = new Checkup(root);
    checkup.kernel();
    checkup.cgroups();
    checkup.fileSystem("overlay", "containers' roots");
    checkup.exists(
        "proc/sys/kernel/seccomp", "seccomp", "containers run without system call filters");
    checkup.module("bridge");
    checkup.module("veth");
    checkup.module("nf_tables");
    checkup.sysctl("net/ipv4/ip_forward");
    checkup.pressure();
    checkup.openFiles();
    checkup.space(disk);
    return checkup.findings;
  }

  private void kernel() {
    String text = read("proc/sys/kernel/osrelease");
    String release = text == null ? "" : text.strip();
    String[] numbers = release.split("[.-]", 3);
    if (numbers.length < 2 || !(numbers[0] + numbers[1]).matches("[0-9]{2,8}")) {
      findings.add(Finding.warn("kernel", "its version is unknown", "mount /proc"));
      return;
    }
    int major = Integer.parseInt(numbers[0]);
    int minor = Integer.parseInt(numbers[1]);
    boolean enough = major > LEAST_MAJOR || (major == LEAST_MAJOR && minor >= LEAST_MINOR);
    String least = LEAST_MAJOR + "." + LEAST_MINOR;
    findings.add(
        enough
            ? Finding.ok("kernel", release)
            : Finding.fail("kernel", release + ", Berth needs " + least, "use a newer kernel"));
  }

  private void cgroups() {
    String mounts = read("proc/thread-self/mountinfo");
    try {
      CgroupLayout layout = CgroupLayout.parse(mounts == null ? "" : mounts);
      Set<String> missing =
          WANTED.stream().filter(c -> !has(layout, c)).collect(Collectors.toSet());
      findings.add(
          missing.isEmpty()
              ? Finding.ok("cgroups", layout.kind() + ", all controllers")
              : Finding.warn(
                  "cgroups",
                  layout.kind() + " without " + String.join(", ", missing),
                  "enable them on the kernel's command line"));
    } catch (Fault e) {
      findings.add(Finding.fail("cgroups", "none are mounted", "mount cgroup2 on /sys/fs/cgroup"));
    }
  }

  private boolean has(CgroupLayout layout, String controller) {
    if (layout.controllers().containsKey(controller)) {
      return true;
    }
    String unified =
        layout.unified().map(mount -> read(mount.substring(1) + "/cgroup.controllers")).orElse("");
    return List.of(unified.split(" ", -1)).contains(controller);
  }

  private void fileSystem(String name, String forWhat) {
    String known = read("proc/filesystems");
    boolean there = known != null && known.contains("\t" + name + "\n");
    findings.add(
        there
            ? Finding.ok(name, "the kernel has it")
            : Finding.fail(name, "not loaded: " + forWhat + " need it", "modprobe " + name));
  }

  private void exists(String path, String about, String otherwise) {
    findings.add(
        Files.exists(root.resolve(path))
            ? Finding.ok(about, "the kernel has it")
            : Finding.warn(about, "not in this kernel: " + otherwise, "use a kernel with it"));
  }

  /** A module that is loaded or built in; one that is neither is loaded by the kernel when used. */
  private void module(String name) {
    findings.add(
        Files.exists(root.resolve("sys/module").resolve(name))
            ? Finding.ok(name, "loaded")
            : Finding.warn(
                name,
                "not seen: built in, or loaded with the first pod",
                "if pods get no network: modprobe " + name));
  }

  private void sysctl(String name) {
    String value = read("proc/sys/" + name);
    String dotted = name.replace('/', '.');
    findings.add(
        value != null && value.strip().equals("1")
            ? Finding.ok(dotted, "1")
            : Finding.warn(
                dotted,
                value == null ? "unknown" : value.strip(),
                "pods reach nothing outside the node: sysctl -w " + dotted + "=1"));
  }

  private void pressure() {
    findings.add(
        Files.exists(root.resolve("proc/pressure/cpu"))
            ? Finding.ok("pressure", "the kernel accounts for it")
            : Finding.warn("pressure", "no figures about waiting", "start the kernel with psi=1"));
  }

  private void openFiles() {
    String limits = read("proc/thread-self/limits");
    String line =
        limits == null
            ? ""
            : limits.lines().filter(l -> l.startsWith("Max open files")).findAny().orElse("");
    String[] words = line.split(" {2,}", -1);
    String hard = words.length > 2 ? words[2] : "unknown";
    boolean few = hard.matches("[0-9]+") && Long.parseLong(hard) < FEW_FILES;
    findings.add(
        few
            ? Finding.warn(
                "open files", "at most " + hard, "raise LimitNOFILE of the daemon's unit")
            : Finding.ok("open files", "at most " + hard));
  }

  private void space(Path disk) {
    try {
      FileStore store = Files.getFileStore(disk);
      long free = store.getUsableSpace();
      String said = Amounts.bytes(free) + " free on the file system of " + disk;
      findings.add(
          free < GIBIBYTE
              ? Finding.warn("disk", said, "remove images, or give it more room")
              : Finding.ok("disk", said));
    } catch (IOException e) {
      findings.add(Finding.warn("disk", e.toString(), "look at " + disk));
    }
  }

  /** Directories of instances of Berth in the cgroup hierarchies, but for one. */
  static Set<String> otherInstances(Path cgroups, String own) {
    try (Stream<Path> found = Files.walk(cgroups, 2)) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches("berth-[0-9a-f]{8}") && !name.equals("berth-" + own))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }

  private @Nullable String read(String path) {
    try {
      return Files.readString(root.resolve(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
  }
}
