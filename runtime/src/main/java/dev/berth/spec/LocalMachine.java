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
  private static final String SYS_RESOURCE = "SYS_RESOURCE";

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
   * @param rlimits limits that every container gets
   * @throws UncheckedIOException /proc cannot be read
   */
  public MachineFacts facts(boolean unifiedCgroups, List<Rlimit> rlimits) {
    String status = read("thread-self/status");
    long capabilities = mask(status, "CapBnd:") & mask(status, "CapPrm:") & CapabilitySet.ALL;
    boolean mayLower = (capabilities & CapabilitySet.mask(List.of(SYS_RESOURCE))) != 0;
    int own = Integer.parseInt(read("thread-self/oom_score_adj"));
    return new MachineFacts(
        capabilities,
        false,
        null,
        false,
        mayLower ? LOWEST_OOM_SCORE_ADJ : own,
        unifiedCgroups,
        true,
        rlimits,
        read("sys/kernel/hostname"));
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
