package dev.berth.container;

import dev.berth.cgroup.Cgroups;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's choice of a victim when memory runs out (proc_pid_oom_score_adj(5)), for processes
 * that already run: it belongs to each process, and what a process starts inherits it.
 */
public final class OomScores {
  private static final Logger LOG = LoggerFactory.getLogger(OomScores.class);

  private final Kernel kernel;
  private final Cgroups cgroups;
  private final int floor;

  /**
   * Over the machine's processes.
   *
   * @param floor lowest value that the daemon may set
   */
  public OomScores(Kernel kernel, Cgroups cgroups, int floor) {
    this.kernel = kernel;
    this.cgroups = cgroups;
    this.floor = floor;
  }

  int floor() {
    return floor;
  }

  /**
   * Sets it for every process in a container's cgroup. A process that ends meanwhile is passed
   * over; what the kernel refuses is logged, since the limits themselves are in force by then.
   */
  void set(List<String> directories, int score) {
    byte[] value = Integer.toString(score).getBytes(StandardCharsets.US_ASCII);
    for (int pid : cgroups.processes(directories)) {
      String file = "/proc/" + pid + "/oom_score_adj";
      try (Fd fd = kernel.tree().open(Fd.CWD, file, OpenFlags.O_WRONLY, 0)) {
        // the number may have gone to a stranger since; what is open now stays this process
        if (cgroups.processes(directories).contains(pid)) {
          kernel.io().write(fd, ByteBuffer.wrap(value));
        }
      } catch (ErrnoException e) {
        LOG.debug("set {} to {}: {}", file, score, e.getMessage());
      }
    }
  }
}
