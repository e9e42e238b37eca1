package dev.berth.stats;

import dev.berth.kernel.DirectoryEntry;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts the open files of containers' processes in {@code /proc/PID/fd}.
 *
 * <p>A count is given again until fifty times as long as it took has passed: a container with a
 * million open files costs no more than one with three.
 */
public final class OpenFiles {
  private static final int REST = 50;
  private static final String LIMIT = "Max open files";
  private static final byte[] SOCKET = "socket:".getBytes(StandardCharsets.US_ASCII);

  private final Kernel kernel;
  private final long maxAgeNanos;
  private final Map<String, Last> last = new HashMap<>();

  /**
   * A count.
   *
   * @param files all descriptors
   * @param sockets those that are sockets
   * @param softLimit how many one process may have; empty when unlimited or unknown
   */
  public record Counted(long files, long sockets, Optional<Long> softLimit) {}

  private record Last(Counted counted, long due) {}

  OpenFiles(Kernel kernel, long maxAgeNanos) {
    this.kernel = kernel;
    this.maxAgeNanos = maxAgeNanos;
  }

  /**
   * The count of a container with these processes.
   *
   * @param first the one whose limit is told
   */
  Counted of(String containerId, Set<Integer> processes, int first) {
    long begin = System.nanoTime();
    Last known = last.get(containerId);
    if (known != null && begin - known.due() < 0) {
      return known.counted();
    }
    long files = 0;
    long sockets = 0;
    for (int pid : processes) {
      long[] one = count(pid);
      files += one[0];
      sockets += one[1];
    }
    Counted counted = new Counted(files, sockets, softLimit(first));
    long end = System.nanoTime();
    last.put(containerId, new Last(counted, end + Math.max(maxAgeNanos, (end - begin) * REST)));
    return counted;
  }

  /** All, and those that are sockets. */
  private long[] count(int pid) {
    long[] found = new long[2];
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
    try (Fd dir = kernel.tree().open(Fd.CWD, "/proc/" + pid + "/fd", flags, 0)) {
      kernel
          .tree()
          .list(
              dir,
              entry -> {
                found[0]++;
                found[1] += isSocket(dir, entry) ? 1 : 0;
              });
    } catch (ErrnoException e) {
      return new long[2]; // it ended meanwhile
    }
    return found;
  }

  private boolean isSocket(Fd dir, DirectoryEntry entry) {
    try {
      byte[] target = kernel.tree().readlinkat(dir, entry.nameBytes());
      return Arrays.mismatch(target, SOCKET) == SOCKET.length;
    } catch (ErrnoException e) {
      return false; // closed meanwhile
    }
  }

  /** The line {@code Max open files} of proc_pid_limits(5). */
  private static Optional<Long> softLimit(int pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(pid), "limits"))) {
        if (line.startsWith(LIMIT)) {
          String soft = line.substring(LIMIT.length()).strip().split(" ", 2)[0];
          return soft.equals("unlimited") ? Optional.empty() : Optional.of(Long.valueOf(soft));
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // it ended meanwhile
    }
    return Optional.empty();
  }

  void forget(String containerId) {
    last.remove(containerId);
  }
}
