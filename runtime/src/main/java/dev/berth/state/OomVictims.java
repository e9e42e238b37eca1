package dev.berth.state;

import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom the kernel killed in a container for lack of memory: counters say only how many. The name
 * and what it held stand in the kernel's log (Documentation/ABI/testing/dev-kmsg), in two records:
 *
 * <pre>
 * oom-kill:constraint=…,oom_memcg=…,task_memcg=/…/CONTAINER,task=NAME,pid=N,uid=N
 * Memory cgroup out of memory: Killed process N (NAME) total-vm:…kB, anon-rss:…kB, …
 * </pre>
 *
 * <p>A container may give its processes any name, so a record is read from its end, where the
 * kernel's own words are. Read once an out-of-memory exit, a few thousand records at most.
 */
public final class OomVictims {
  /** The kernel's log, if it may be read. */
  static final String LOG = "/dev/kmsg";

  private static final int LONGEST_RECORD = 8192;
  private static final int MOST_RECORDS = 20_000;
  private static final int MOST_NAMED = 3;
  private static final Pattern CHOSEN =
      Pattern.compile(";oom-kill:.*?,task_memcg=(/\\S*?),task=.*,pid=(\\d+),uid=\\d+$");
  private static final Pattern KILLED =
      Pattern.compile(
          ": Killed process (\\d+) \\((.*)\\) total-vm:\\d+kB, anon-rss:(\\d+)kB, file-rss:\\d+kB,"
              + " shmem-rss:(\\d+)kB");

  private final Kernel kernel;
  private final String log;

  public OomVictims(Kernel kernel) {
    this(kernel, LOG);
  }

  /** With another file for the kernel's log. */
  OomVictims(Kernel kernel, String log) {
    this.kernel = kernel;
    this.log = log;
  }

  /**
   * One sentence about the last ones killed in a container.
   *
   * @return empty when the log cannot be read or does not tell any more
   */
  Optional<String> of(String containerId) {
    var found = new Reading(containerId);
    try (Fd file = kernel.tree().open(Fd.CWD, log, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, 0)) {
      ByteBuffer record = ByteBuffer.allocate(LONGEST_RECORD);
      for (int i = 0; i < MOST_RECORDS && read(file, record.clear()); i++) {
        found.take(text(record.flip()));
      }
    } catch (ErrnoException e) {
      return Optional.empty();
    }
    return found.sentence();
  }

  /** One record; false at the end. What was overwritten meanwhile is passed over. */
  private boolean read(Fd file, ByteBuffer record) throws ErrnoException {
    while (true) {
      try {
        int length = kernel.io().read(file, record);
        return length != 0 && length != FileIo.WOULD_BLOCK;
      } catch (ErrnoException e) {
        if (!e.is(Errno.EPIPE)) {
          throw e;
        }
      }
    }
  }

  /** The record without its continuation lines. */
  private static String text(ByteBuffer record) {
    String all = StandardCharsets.UTF_8.decode(record).toString();
    int end = all.indexOf('\n');
    return end < 0 ? all : all.substring(0, end);
  }

  /** Goes through the log for one container. */
  static final class Reading {
    private final String containerId;
    private final Set<String> chosen = new HashSet<>();
    private final Deque<String> victims = new ArrayDeque<>();

    Reading(String containerId) {
      this.containerId = containerId;
    }

    void take(String record) {
      Matcher choice = CHOSEN.matcher(record);
      if (choice.find()) {
        if (in(choice.group(1))) {
          chosen.add(choice.group(2));
        }
        return;
      }
      Matcher killed = KILLED.matcher(record);
      if (killed.find() && chosen.remove(killed.group(1))) {
        victims.addLast(
            "%s (pid %s) with %d KiB"
                .formatted(
                    killed.group(2),
                    killed.group(1),
                    Long.parseLong(killed.group(3)) + Long.parseLong(killed.group(4))));
        if (victims.size() > MOST_NAMED) {
          victims.removeFirst();
        }
      }
    }

    /** The container's own cgroup, or one below it such as an exec session's. */
    private boolean in(String cgroup) {
      return (cgroup + "/").contains("/" + containerId + "/");
    }

    Optional<String> sentence() {
      return victims.isEmpty()
          ? Optional.empty()
          : Optional.of("out of memory, the kernel killed " + String.join(", ", victims));
    }
  }
}
