package dev.berth.image.pull;

import dev.berth.image.Image;
import dev.berth.image.PullProgress;
import dev.berth.image.reference.Reference;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pull in the daemon's log: a line at its end, and one now and then when it takes long. */
final class PullLog {
  private static final Logger log = LoggerFactory.getLogger(PullLog.class);
  private static final long EVERY = TimeUnit.SECONDS.toNanos(10);
  private static final double MIB = 1 << 20;

  private final Reference reference;
  private final long begin = System.nanoTime();
  private long next = begin + EVERY;

  PullLog(Reference reference) {
    this.reference = reference;
  }

  /** Looks whether it is time for a line. */
  synchronized void tick(PullProgress progress) {
    long now = System.nanoTime();
    if (now - next >= 0) {
      next = now + EVERY;
      log.info("pulling {}: {}", reference, words(progress, now));
    }
  }

  void done(Image image, PullProgress progress) {
    log.info("pulled {} as {}: {}", reference, image.id(), words(progress, System.nanoTime()));
  }

  private String words(PullProgress progress, long now) {
    double seconds = Math.max(1, now - begin) / 1e9;
    double fetched = progress.fetched() / MIB;
    return "%d of %d layers, %.1f of %.1f MiB fetched in %.1f s, %.1f MiB/s"
        .formatted(
            progress.ready(),
            progress.layers().size(),
            fetched,
            progress.size() / MIB,
            seconds,
            fetched / seconds);
  }
}
