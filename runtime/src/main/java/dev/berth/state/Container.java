package dev.berth.state;

import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.journal.Journal;
import dev.berth.state.ContainerState.Ended;
import dev.berth.state.ContainerState.Making;
import dev.berth.state.ContainerState.Running;
import dev.berth.state.ContainerState.Starting;
import dev.berth.state.ContainerState.Waiting;
import dev.berth.state.v1.ContainerRecord;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** One container: what never changes about it, and its state. */
public final class Container {
  private final ContainerRecord born;
  private final StateCell<Now> cell;
  private volatile Watcher watcher = Watcher.NOBODY;

  /** What changes: how far it has come, and the limits it was given. */
  private record Now(ContainerState state, LinuxContainerResources resources) {}

  /**
   * A container in a state that is already written down.
   *
   * @param born everything about it but its state, and the limits that it has so far
   */
  public Container(ContainerRecord born, ContainerState state, Journal journal) {
    this.born = born;
    this.cell =
        new StateCell<>(
            new Now(state, born.getResources()),
            next -> journal.put(key(born.getId()), record(next).toByteArray()),
            this::told);
  }

  private void told(Now before, Now after) {
    if (!before.state().equals(after.state())) {
      watcher.moved(this, before.state(), after.state());
    }
  }

  /** Sets who hears of its changes from now on. */
  void watchedBy(Watcher hearer) {
    watcher = hearer;
  }

  /** The journal's key of a container. */
  public static String key(String id) {
    return "container/" + id;
  }

  /** The container's name in its pod: containers of one name and attempt exclude each other. */
  public static String name(String sandboxId, String name, int attempt) {
    return sandboxId + "/" + name + "/" + Integer.toUnsignedString(attempt);
  }

  public String id() {
    return born.getId();
  }

  public String sandboxId() {
    return born.getSandboxId();
  }

  /** What never changes: ids, config, image, user, process defaults. */
  public ContainerRecord born() {
    return born;
  }

  public String name() {
    var metadata = born.getConfig().getMetadata();
    return name(sandboxId(), metadata.getName(), metadata.getAttempt());
  }

  public ContainerState state() {
    return cell.get().state();
  }

  /** The limits that were given to it last. */
  public LinuxContainerResources resources() {
    return cell.get().resources();
  }

  /** It has other limits now. */
  public void limited(LinuxContainerResources resources) {
    cell.update(now -> new Now(now.state(), resources));
  }

  private ContainerState update(UnaryOperator<ContainerState> transition) {
    return cell.update(now -> new Now(transition.apply(now.state()), now.resources())).state();
  }

  /** Its init exists and waits. */
  public ContainerState waiting(int pid) {
    return update(s -> s instanceof Making ? new Waiting(pid) : s);
  }

  /**
   * Its init is about to be told to go on.
   *
   * @return the state after the call: {@code Starting} only for the one caller that may start it
   */
  public boolean starting(long at) {
    return moves(s -> s instanceof Waiting w ? new Starting(w.pid(), at) : s);
  }

  /** Its program runs; an exit that was reported meanwhile stands. */
  public ContainerState running() {
    return update(s -> s instanceof Starting t ? new Running(t.pid(), t.startedAt()) : s);
  }

  /**
   * Recovery found its process: the truth about a container that lives is the shim's.
   *
   * @param running whether its program runs, or its init still waits
   * @param now the start time of a program whose start nobody wrote down
   */
  public ContainerState found(int pid, boolean running, long now) {
    return update(
        s -> {
          if (!s.alive()) {
            return s;
          }
          long startedAt = s.startedAt() == 0 ? now : s.startedAt();
          return running ? new Running(pid, startedAt) : new Waiting(pid);
        });
  }

  /** It ended; the first end that is reported stands. */
  public ContainerState ended(int exitCode, String reason, String message, long at) {
    return update(
        s -> s instanceof Ended ? s : new Ended(s.startedAt(), at, exitCode, reason, message));
  }

  /** Replaces an end's reason and message: the caller knows better than the exit status. */
  public ContainerState explain(String reason, String message) {
    return update(
        s ->
            s instanceof Ended e
                ? new Ended(e.startedAt(), e.finishedAt(), e.exitCode(), reason, message)
                : s);
  }

  /**
   * Waits until its state satisfies a condition.
   *
   * @return false when it did not within the time
   */
  public boolean await(Predicate<ContainerState> condition, Duration time)
      throws InterruptedException {
    return cell.await(now -> condition.test(now.state()), time.toNanos());
  }

  /** Its record is forgotten; what is still reported of it changes nothing on the disk. */
  void retire(Runnable forget) {
    cell.retire(forget);
  }

  private boolean moves(UnaryOperator<ContainerState> transition) {
    boolean[] moved = new boolean[1];
    update(
        s -> {
          ContainerState next = transition.apply(s);
          moved[0] = !next.equals(s);
          return next;
        });
    return moved[0];
  }

  private ContainerRecord record(Now now) {
    ContainerState state = now.state();
    ContainerRecord.Builder out =
        born.toBuilder()
            .setResources(now.resources())
            .setPhase(state.phase())
            .setStartedAt(state.startedAt());
    if (state instanceof Ended e) {
      out.setFinishedAt(e.finishedAt())
          .setExitCode(e.exitCode())
          .setReason(e.reason())
          .setMessage(e.message());
    }
    return out.build();
  }

  /** The record of this container as it is now. */
  public ContainerRecord record() {
    return record(cell.get());
  }
}
