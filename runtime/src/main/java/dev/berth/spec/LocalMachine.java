package dev.berth.spec;

import dev.berth.spec.oci.OciProcess.Rlimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the facts of the machine that the daemon runs on. */
public final class LocalMachine {
  private static final int LOWEST_OOM_SCORE_ADJ = -1000;
  private static final long MKNOD = CapabilitySet.mask(List.of("MKNOD"));
  private static final long SYS_RESOURCE = CapabilitySet.mask(List.of("SYS_RESOURCE"));

  private static final String OPEN_FILES = "Max open files";
  private static final int MANY = 1 << 20;

  private final Path proc;

  public LocalMachine() {
    this(Path.of("/proc"));
  }

  LocalMachine(Path proc) {
    this.proc = proc;
  }

  /**
   * The facts as they are now. AppArmor and SELinux count as absent: no plan can carry a profile or
   * label yet, and a container that demands one must not run without.
   *
   * @param unifiedCgroups whether every controller is on cgroup v2
   * @param confinesDevices whether rules about devices are enforced; if not, no container may make
   *     device files
   * @param rlimits limits that every container gets
   * @throws UncheckedIOException /proc cannot be read
   */
  public MachineFacts facts(boolean unifiedCgroups, boolean confinesDevices, List<Rlimit> rlimits) {
    String status = read("thread-self/status");
    long own = mask(status, "CapBnd:") & mask(status, "CapPrm:") & CapabilitySet.ALL;
    long capabilities = confinesDevices ? own : own & ~MKNOD;
    boolean mayLower = (capabilities & SYS_RESOURCE) != 0;
    return new MachineFacts(
        capabilities,
        false,
        null,
        false,
        mayLower ? LOWEST_OOM_SCORE_ADJ : Integer.parseInt(read("thread-self/oom_score_adj")),
        unifiedCgroups,
        true,
        rlimits,
        read("sys/kernel/hostname"),
        atLeast(read("sys/kernel/osrelease"), 6, 15));
  }

  /**
   * How many files the daemon may have open: the soft limit of proc_pid_limits(5), at most {@link
   * #MANY}.
   *
   * @throws UncheckedIOException /proc cannot be read
   */
  public int openFiles() {
    String soft =
        read("thread-self/limits")
            .lines()
            .filter(line -> line.startsWith(OPEN_FILES))
            .map(line -> line.substring(OPEN_FILES.length()).strip().split(" ", 2)[0])
            .findFirst()
            .orElse("unlimited");
    return soft.equals("unlimited") ? MANY : (int) Math.min(MANY, Long.parseUnsignedLong(soft));
  }

  /** Whether a kernel's release, such as 6.18.3-cloud, is of this version or a later one. */
  private static boolean atLeast(String release, int major, int minor) {
    String[] parts = release.split("[.-]", 3);
    try {
      int first = Integer.parseInt(parts[0]);
      return first > major || (first == major && Integer.parseInt(parts[1]) >= minor);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return false;
    }
  }

  /**
   * The id of the running boot: another one after every start of the kernel.
   *
   * @throws UncheckedIOException /proc cannot be read
   */
  public String bootId() {
    return read("sys/kernel/random/boot_id");
  }

  /** One of the hexadecimal masks of proc_pid_status(5). */
  private static long mask(String status, String key) {
    return status
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> Long.parseUnsignedLong(line.substring(key.length()).strip(), 16))
        .findFirst()
        .orElse(0L);
  }

  private String read(String file) {
    try {
      return Files.readString(proc.resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + proc.resolve(file), e);
    }
  }
}
