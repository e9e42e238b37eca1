package dev.berth.e2e;

import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.daemon.DaemonProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Kills, at random moments, one of a daemon's workloads, one of its shims, or itself. */
final class ChurnKills {
  private static final int MOST_PAUSE_MILLIS = 200;
  private static final int ONE_IN = 12;

  /** What is killed. */
  enum Victim {
    DAEMON,
    SHIM,
    WORKLOAD
  }

  private final DaemonProcess daemon;
  private final CriClient client;
  private final Random random;
  private final boolean daemonToo;
  private volatile boolean over;
  private final Map<Victim, Integer> killed = new EnumMap<>(Victim.class);

  /**
   * Kills of one daemon.
   *
   * @param client is told when there is a new daemon
   * @param daemonToo whether the daemon itself is killed, and started again
   */
  ChurnKills(DaemonProcess daemon, CriClient client, Random random, boolean daemonToo) {
    this.daemon = daemon;
    this.client = client;
    this.random = random;
    this.daemonToo = daemonToo;
  }

  /** Goes on until {@link #end}; the daemon is up then. */
  void run() {
    try {
      while (!over) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_PAUSE_MILLIS));
        int choice = random.nextInt(ONE_IN);
        if (choice > 0) {
          process(choice % 3 == 0 ? Victim.SHIM : Victim.WORKLOAD);
        } else if (daemonToo) {
          daemon.killAndRestart();
          client.reconnect();
          count(Victim.DAEMON);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("killing", e);
    }
  }

  /** Lets {@link #run} return after what it is doing. */
  void end() {
    over = true;
  }

  /** How many of each were killed. */
  Map<Victim, Integer> killed() {
    return killed;
  }

  private void process(Victim victim) throws IOException {
    List<ProcessHandle> candidates = candidates(victim);
    if (!candidates.isEmpty()
        && candidates.get(random.nextInt(candidates.size())).destroyForcibly()) {
      count(victim);
    }
  }

  private void count(Victim victim) {
    killed.merge(victim, 1, Integer::sum);
  }

  private List<ProcessHandle> candidates(Victim victim) throws IOException {
    String base = "/berth-" + daemon.instance();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(
              each -> {
                Path proc = Path.of("/proc", Long.toString(each.pid()));
                boolean shim = read(proc, "comm").startsWith("berth-shim");
                return each.pid() != daemon.pid()
                    && shim == (victim == Victim.SHIM)
                    && read(proc, "cgroup").contains(base);
              })
          .toList();
    }
  }

  private static String read(Path proc, String name) {
    try {
      return Files.readString(proc.resolve(name));
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }
}
