package dev.berth.e2e.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many lives, so many at a time.
 *
 * @param parallel lives at a time
 * @param lives each life's times, in the order in which they were begun
 * @param wall from the first call to the last answer
 */
record Round(int parallel, List<Timings> lives, Duration wall) {

  /**
   * Runs the lives.
   *
   * @throws IllegalStateException when one fails, with the failure as its cause
   */
  static Round run(PodLife life, String name, int count, int parallel) {
    long begun = System.nanoTime();
    List<Future<Timings>> running = new ArrayList<>();
    List<Timings> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(parallel)) {
      for (int i = 0; i < count; i++) {
        String pod = name + "-" + i;
        running.add(threads.submit(() -> life.live(pod)));
      }
      for (Future<Timings> each : running) {
        done.add(each.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted after " + done.size() + " lives", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a life failed: " + e.getCause(), e);
    }
    return new Round(parallel, List.copyOf(done), Duration.ofNanos(System.nanoTime() - begun));
  }

  /** The time in milliseconds that this share of the lives did not exceed (nearest rank). */
  double percentile(Call call, double share) {
    long[] sorted = lives.stream().mapToLong(life -> life.nanos(call)).sorted().toArray();
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(rank, 1) - 1] / 1e6;
  }

  /** Lives a second. */
  double rate() {
    return lives.size() / (wall.toNanos() / 1e9);
  }
}
