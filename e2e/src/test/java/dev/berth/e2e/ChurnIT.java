package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.ChurnKills.Victim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many pod lives, twenty at a time, while workloads, shims and the daemon are killed at random; at
 * the end the machine is empty, which the testbed checks. {@code e2e/bench/churn} is the long
 * version.
 *
 * <p>System properties: {@code berth.e2e.churn} the number of lives, {@code berth.e2e.seed} of what
 * is killed when.
 */
class ChurnIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final int LIVES = Integer.getInteger("berth.e2e.churn", 120);
  private static final long SEED = Long.getLong("berth.e2e.seed", System.nanoTime());
  private static final int AT_A_TIME = 20;

  /** KiB that a daemon may need more at the end than after the first half. */
  private static final long MOST_GROWTH = 24 << 10;

  /** Written by one run, for people. */
  private final List<String> said = new ArrayList<>();

  @Test
  void livesEndAndLeaveNothingWhateverIsKilled() throws Exception {
    int whole = churn(LIVES, true);
    assertThat(whole).as("lives that nothing was killed under, seed " + SEED).isPositive();
    report();
  }

  /** Without kills of the daemon itself, since its memory is what is looked at. */
  @Test
  void theDaemonDoesNotGrow() throws Exception {
    int _ = churn(LIVES / 2, false);
    long half = anonymous();
    int _ = churn(LIVES / 2, false);
    long end = anonymous();
    said.add(
        "daemon's own memory: " + half + " KiB after half of the lives, " + end + " at the end");
    report();
    assertThat(end - half).as("KiB that the daemon grew by, seed " + SEED).isLessThan(MOST_GROWTH);
  }

  private int churn(int lives, boolean daemonToo) throws Exception {
    ChurnKills kills =
        new ChurnKills(BED.daemon(), BED.node().client(), new Random(SEED), daemonToo);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger whole = new AtomicInteger();
    Path logs = BED.home().resolve("churn-logs");
    ExecutorService workers = Executors.newFixedThreadPool(AT_A_TIME + 1);
    try {
      Future<?> killing = workers.submit(kills::run);
      List<Future<?>> living = new ArrayList<>();
      for (int i = 0; i < AT_A_TIME; i++) {
        living.add(workers.submit(() -> liveOnAndOn(lives, next, whole, logs)));
      }
      for (Future<?> each : living) {
        each.get();
      }
      kills.end();
      killing.get();
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + SEED + ": " + e.getMessage(), e);
    } finally {
      kills.end();
      workers.close();
    }
    Map<Victim, Integer> killed = kills.killed();
    said.add(lives + " lives, " + whole + " of them whole; killed " + killed + ", seed " + SEED);
    return whole.get();
  }

  private static void liveOnAndOn(int lives, AtomicInteger next, AtomicInteger whole, Path logs) {
    for (int number = next.getAndIncrement(); number < lives; number = next.getAndIncrement()) {
      if (new ChurnedPod(BED.node().client(), number, logs).live()) {
        whole.incrementAndGet();
      }
    }
  }

  /**
   * What only the daemon has, in KiB (proc_pid_smaps_rollup in proc(5)), after a collection: a heap
   * that may grow to its bound is no leak.
   */
  private static long anonymous() throws IOException {
    String pid = Long.toString(BED.daemon().pid());
    Debugged.run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), pid, "GC.run");
    Path rollup = Path.of("/proc", pid, "smaps_rollup");
    return Files.readAllLines(rollup).stream()
        .filter(line -> line.startsWith("Pss_Anon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
        .sum();
  }

  @SuppressWarnings("SystemOut") // what a long run is made for
  private void report() {
    said.forEach(line -> System.out.println("churn: " + line));
  }
}
