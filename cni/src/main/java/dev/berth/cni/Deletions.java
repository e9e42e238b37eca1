package dev.berth.cni;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes again what a plugin could not delete, until it can: at first soon, then every five
 * minutes. The records stay on the disk, so that the next daemon goes on.
 *
 * <p>Threads: one of its own; {@link #add} may be called by all.
 */
final class Deletions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** Takes an attachment away; an exception says that it is still there. */
  interface Work {
    void delete(AttachmentRecord record) throws Exception;
  }

  /**
   * One that is still there.
   *
   * @param since when it was to be deleted first
   * @param attempts how often that failed
   */
  record Pending(String podId, String podName, Instant since, int attempts, String error) {}

  private final Work work;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("cni-delete").unstarted(task));
  private final Map<String, Pending> pending = new ConcurrentHashMap<>();

  Deletions(Work work) {
    this.work = work;
  }

  /** Takes over one that could not be deleted, or was left by an earlier daemon. */
  void add(AttachmentRecord record, int attempts, String error) {
    Pending entry = new Pending(record.podId(), record.podName(), Instant.now(), attempts, error);
    if (pending.putIfAbsent(record.podId(), entry) == null) {
      schedule(record, attempts);
    }
  }

  private void schedule(AttachmentRecord record, int attempts) {
    long delay = attempts == 0 ? 0 : Math.min(LONGEST.toMillis(), 500L << Math.min(attempts, 12));
    try {
      var _ = thread.schedule(() -> attempt(record), delay, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("attachment of pod {} is left to the next daemon", record.podId());
    }
  }

  private void attempt(AttachmentRecord record) {
    try {
      work.delete(record);
      pending.remove(record.podId());
    } catch (Exception e) {
      Pending failed = pending.computeIfPresent(record.podId(), (id, p) -> again(p, e));
      int attempts = failed == null ? 1 : failed.attempts();
      LOG.warn(
          "pod {} ({}) is not deleted from its network, attempt {}: {}",
          record.podName(),
          record.podId(),
          attempts,
          e.getMessage());
      schedule(record, attempts);
    }
  }

  private static Pending again(Pending before, Exception e) {
    return new Pending(
        before.podId(),
        before.podName(),
        before.since(),
        before.attempts() + 1,
        String.valueOf(e.getMessage()));
  }

  /** What is still there. */
  List<Pending> pending() {
    return new ArrayList<>(pending.values());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
