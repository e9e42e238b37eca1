package dev.berth.race;

import dev.berth.kernel.Fd;
import dev.berth.shim.AttachedStreams;
import dev.berth.shim.ContainerPlan;
import dev.berth.shim.ExecHandle;
import dev.berth.shim.ExecPlan;
import dev.berth.shim.ExitRecord;
import dev.berth.shim.Inventory;
import dev.berth.shim.LogCounts;
import dev.berth.shim.PodNamespaces;
import dev.berth.shim.PodPlan;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A shim without processes: which containers there are, and in which state. */
final class MemoryShim implements Shim {
  private enum Life {
    CREATED,
    RUNNING,
    EXITED
  }

  private final BiConsumer<String, ExitRecord> exits;
  private final Map<String, Life> containers = new TreeMap<>();
  private boolean ended;

  /**
   * A shim of a pod.
   *
   * @param exits hears of ends, as a daemon does, from the thread that caused them
   */
  MemoryShim(BiConsumer<String, ExitRecord> exits) {
    this.exits = exits;
  }

  synchronized void has(String id) {
    containers.put(id, Life.CREATED);
  }

  /** Whether nothing runs in it any more. */
  synchronized boolean isEnded() {
    return ended;
  }

  /** A program ends by itself, if it runs. */
  void exit(String id, int status) {
    synchronized (this) {
      if (containers.get(id) != Life.RUNNING) {
        return;
      }
      containers.put(id, Life.EXITED);
    }
    exits.accept(id, new ExitRecord(status, 0, 1, 0, ""));
  }

  private void asked(String operation) throws ShimFailure {
    HeldLocks.none(operation + " at the shim");
    if (isEnded()) {
      throw new ShimFailure(ShimFailure.Kind.UNREACHABLE, operation, 0, "");
    }
  }

  private static ShimFailure failure(ShimFailure.Kind kind, String operation, String id) {
    return new ShimFailure(kind, operation, 0, id);
  }

  @Override
  public void start(String id) throws ShimFailure {
    asked("start");
    synchronized (this) {
      Life life = containers.get(id);
      if (life == null) {
        throw failure(ShimFailure.Kind.NOT_FOUND, "start", id);
      }
      if (life != Life.CREATED) {
        throw failure(ShimFailure.Kind.WRONG_STATE, "start", id);
      }
      containers.put(id, Life.RUNNING);
    }
  }

  @Override
  public void kill(String id) throws ShimFailure {
    asked("kill");
    if (!killed(id)) {
      throw failure(ShimFailure.Kind.NOT_FOUND, "kill", id);
    }
  }

  private boolean killed(String id) {
    synchronized (this) {
      Life life = containers.get(id);
      if (life == null || life == Life.EXITED) {
        return life != null;
      }
      containers.put(id, Life.EXITED);
    }
    exits.accept(id, new ExitRecord(137, 9, 1, 0, ""));
    return true;
  }

  @Override
  public void signal(String id, int signal, boolean all) throws ShimFailure {
    asked("signal");
    exit(id, 143);
  }

  @Override
  public void remove(String id) throws ShimFailure {
    asked("remove");
    synchronized (this) {
      if (containers.get(id) == Life.RUNNING) {
        throw failure(ShimFailure.Kind.WRONG_STATE, "remove", id);
      }
      containers.remove(id);
    }
  }

  @Override
  public void end(boolean force) throws ShimFailure {
    asked("end");
    Map<String, Life> left;
    synchronized (this) {
      left = new TreeMap<>(containers);
    }
    left.keySet().forEach(this::killed);
    synchronized (this) {
      ended = true;
    }
  }

  @Override
  public Inventory inventory() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isGone() {
    return isEnded();
  }

  @Override
  public int pid() {
    return 0;
  }

  @Override
  public String podId() {
    return World.POD;
  }

  @Override
  public PodNamespaces preparePod(PodPlan plan) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PodNamespaces completePod(PodPlan plan) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PodNamespaces podNamespaces() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int create(ContainerPlan plan) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int createByRuntime(ContainerPlan plan) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void startByRuntime(ExecPlan plan) {
    throw new UnsupportedOperationException();
  }

  /** A command that is over at once. */
  @Override
  public ExecHandle exec(
      ExecPlan plan, @Nullable Fd stdin, @Nullable Fd stdout, @Nullable Fd stderr)
      throws ShimFailure {
    asked("exec");
    synchronized (this) {
      if (containers.get(plan.containerId()) != Life.RUNNING) {
        throw failure(ShimFailure.Kind.WRONG_STATE, "exec", plan.containerId());
      }
    }
    return new ExecHandle(
        1, null, CompletableFuture.completedFuture(new ExitRecord(0, 0, 1, 0, "")));
  }

  @Override
  public void killExec(String containerId, String execId) {}

  @Override
  public void hangUpExec(String containerId, String execId) {}

  @Override
  public AttachedStreams attach(String id, boolean stdin, boolean stdout, boolean stderr) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void closeStdin(String containerId) {}

  @Override
  public List<Fd> tcpSockets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reopenLog(String containerId) {}

  @Override
  public Map<String, LogCounts> logCounts() {
    return Map.of();
  }

  @Override
  public void close() {}
}
