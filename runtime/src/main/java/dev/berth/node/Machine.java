package dev.berth.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.spec.MachineFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the daemon has to know about the machine, read from proc(5) once at its start. */
final class Machine {
  private static final Path PROC = Path.of("/proc");
  private static final int CAP_SYS_RESOURCE = 24;
  private static final int CAP_MKNOD = 27;
  private static final int MANY = 1 << 20;
  private static final int LOWEST_OOM_SCORE_ADJ = -1000;

  private Machine() {}

  /** The id of the running boot: another one after every start of the kernel. */
  static String bootId() throws IOException {
    return line(PROC.resolve("sys/kernel/random/boot_id"));
  }

  static String hostname() throws IOException {
    return line(PROC.resolve("sys/kernel/hostname"));
  }

  /**
   * The facts.
   *
   * @param unifiedCgroups whether every controller is on cgroup v2. There Berth does not limit
   *     devices yet, so no container may make device files
   */
  static MachineFacts facts(boolean unifiedCgroups) throws IOException {
    long capabilities = capabilities() & (unifiedCgroups ? ~(1L << CAP_MKNOD) : -1L);
    return new MachineFacts(
        capabilities,
        Files.isDirectory(Path.of("/sys/kernel/security/apparmor")),
        null,
        Files.isDirectory(Path.of("/sys/fs/selinux")),
        oomScoreAdjFloor(capabilities),
        unifiedCgroups,
        true,
        List.of(),
        hostname());
  }

  /** The daemon's own permitted capabilities: it cannot give away more. */
  private static long capabilities() throws IOException {
    // /proc/self would be the process; its main thread has the same set, but say what is meant
    for (String line : Files.readAllLines(PROC.resolve("thread-self/status"), UTF_8)) {
      if (line.startsWith("CapPrm:")) {
        return Long.parseUnsignedLong(line.substring("CapPrm:".length()).strip(), 16);
      }
    }
    throw new IOException("/proc/thread-self/status has no line CapPrm");
  }

  /** Without CAP_SYS_RESOURCE nothing can be set below what the daemon has itself (proc(5)). */
  private static int oomScoreAdjFloor(long capabilities) throws IOException {
    if ((capabilities & 1L << CAP_SYS_RESOURCE) != 0) {
      return LOWEST_OOM_SCORE_ADJ;
    }
    return Integer.parseInt(line(PROC.resolve("thread-self/oom_score_adj")));
  }

  /** How many files the daemon may have open: the soft limit of proc_pid_limits(5). */
  static int openFiles() throws IOException {
    for (String line : Files.readAllLines(PROC.resolve("thread-self/limits"), UTF_8)) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).strip().split(" ", 2)[0];
        return soft.equals("unlimited") ? MANY : (int) Math.min(MANY, Long.parseUnsignedLong(soft));
      }
    }
    throw new IOException("/proc/thread-self/limits has no line \"Max open files\"");
  }

  private static String line(Path file) throws IOException {
    return Files.readString(file, UTF_8).strip();
  }
}
