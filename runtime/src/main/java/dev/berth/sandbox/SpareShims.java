package dev.berth.sandbox;

import dev.berth.shim.ExitListener;
import dev.berth.shim.ExitRecord;
import dev.berth.shim.PodPlan;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Ids;
import dev.berth.state.Layout;
import dev.berth.state.Trash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one shim ready for the next pod, with the namespaces that nearly every pod asks for: making
 * them is half of RunPodSandbox.
 *
 * <p>A spare belongs to nobody and is on no record. A daemon that starts after one that was killed
 * finds it in the shims' cgroup, as it finds any shim of no pod, and sweeps its directory. Without
 * a spare, and for a pod with other namespaces, a shim is made when it is asked for.
 *
 * <p>The next one is made soon after a container was started, so that it does not compete for the
 * processors with the start of the pod that took the last.
 */
public final class SpareShims implements ExitListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpareShims.class);

  /** Behind a container's start: its answer, and the first questions about it, go first. */
  private static final Duration SOON = Duration.ofMillis(20);

  /** For pods that get no container. */
  private static final Duration AT_LAST = Duration.ofMillis(300);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final PodPlan UNNAMED =
      new PodPlan(true, true, true, false, "", PodPlan.DEFAULT_SHM_BYTES, Map.of());

  private final Layout layout;
  private final PodParts parts;
  private final ExitListener exits;
  private final Ids ids;
  private final AtomicReference<@Nullable Spare> ready = new AtomicReference<>();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("berth-spare").daemon().factory());
  private volatile boolean useless;
  private volatile String lost = "";

  /**
   * None is made before {@link #keep}.
   *
   * @param exits hears what becomes of shims that were given away
   */
  public SpareShims(Layout layout, PodParts parts, ExitListener exits, Ids ids) {
    this.layout = layout;
    this.parts = parts;
    this.exits = exits;
    this.ids = ids;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Makes a spare, behind the caller, when there is none. */
  public void keep() {
    if (ready.get() == null) {
      schedule(this::refill, Duration.ZERO);
    }
  }

  /** The same a little later: a container was started, and that comes first. */
  public void keepSoon() {
    if (ready.get() == null) {
      schedule(this::refill, SOON);
    }
  }

  /**
   * Gives the spare away.
   *
   * @return null when there is none, or the plan asks for other namespaces
   */
  @Nullable Spare take(PodPlan plan) {
    if (!plan.sharesNamespacesOf(UNNAMED)) {
      return null;
    }
    Spare spare = ready.getAndSet(null);
    if (spare != null) {
      schedule(this::refill, AT_LAST);
    }
    return spare;
  }

  private void schedule(Runnable work, Duration delay) {
    try {
      var _ = thread.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("no spare shim any more: the daemon ends", e);
    }
  }

  private void refill() {
    if (ready.get() != null || useless) {
      return;
    }
    try {
      Spare spare = make(ids.next());
      ready.set(spare);
      if (spare.id().equals(lost)) {
        drop(spare);
      }
    } catch (ShimFailure e) {
      useless = e.kind() == ShimFailure.Kind.WRONG_STATE;
      LOG.debug("no spare shim: {}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.debug("no spare shim", e); // the pod that wants one meets the same, and tells
    }
  }

  private Spare make(String id) throws IOException, ShimFailure {
    Path directory = layout.spare(id);
    parts.makeDirectory(directory);
    Shim shim = start(id, directory);
    Spare spare = new Spare(id, shim, directory);
    try {
      shim.preparePod(UNNAMED).close();
      shim.completePod(UNNAMED).close(); // a shim of an older Berth says here that it cannot
      return spare;
    } catch (ShimFailure | RuntimeException e) {
      spare.close();
      throw e;
    }
  }

  private Shim start(String id, Path directory) throws IOException, ShimFailure {
    try {
      return parts.startShim(id, layout.spareSocket(id), this);
    } catch (ShimFailure e) {
      Trash.delete(directory);
      throw e;
    }
  }

  @Override
  public void exited(Shim shim, String containerId, ExitRecord exit) {
    exits.exited(shim, containerId, exit);
  }

  /** Called by the thread that reads all shims, which must not wait. */
  @Override
  public void lost(Shim shim) {
    lost = shim.podId();
    Spare spare = ready.get();
    if (spare != null && spare.id().equals(shim.podId())) {
      LOG.warn("the spare shim, process {}, was killed", shim.pid());
      schedule(() -> drop(spare), Duration.ZERO);
    }
    exits.lost(shim);
  }

  private void drop(Spare spare) {
    if (ready.compareAndSet(spare, null)) {
      spare.close();
      schedule(this::refill, AT_LAST);
    }
  }

  /** Ends the spare. Pods run on. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      var _ = thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Spare spare = ready.getAndSet(null);
    if (spare != null) {
      spare.close();
    }
  }
}
