package dev.berth.node;

import dev.berth.journal.Journal;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the journal every few seconds if something was written: never on a request's path.
 */
final class JournalSync implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalSync.class);
  private static final long SECONDS = 5;

  private final Journal journal;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("berth-journal-sync").daemon().factory());

  JournalSync(Journal journal) {
    this.journal = journal;
    var _ = thread.scheduleWithFixedDelay(this::sync, SECONDS, SECONDS, TimeUnit.SECONDS);
  }

  private void sync() {
    try {
      journal.maintain();
    } catch (IOException | RuntimeException e) {
      LOG.warn("journal: sync failed, will be tried again", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    sync();
  }
}
