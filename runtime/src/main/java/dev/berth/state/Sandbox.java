package dev.berth.state;

import dev.berth.cri.v1.PodSandboxMetadata;
import dev.berth.fault.Fault;
import dev.berth.journal.Journal;
import dev.berth.network.Attachment;
import dev.berth.shim.Shim;
import dev.berth.state.SandboxState.Down;
import dev.berth.state.SandboxState.Starting;
import dev.berth.state.SandboxState.Stopping;
import dev.berth.state.SandboxState.Up;
import dev.berth.state.v1.SandboxRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One pod: what never changes about it, its state, and its containers. */
public final class Sandbox {
  private final SandboxRecord born;
  private final StateCell<Now> cell;
  private final Map<String, Container> containers = new LinkedHashMap<>();
  private boolean closed;
  private volatile Watcher watcher = Watcher.NOBODY;

  /** What changes. */
  private record Now(SandboxState state, PodResources resources) {}

  /**
   * A pod in a state that is already written down.
   *
   * @param born everything about it but its state
   */
  public Sandbox(SandboxRecord born, SandboxState state, Journal journal) {
    this.born = born;
    this.closed = !(state instanceof Starting || state instanceof Up);
    this.cell =
        new StateCell<>(
            new Now(state, PodResources.of(born)),
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

  /** The journal's key of a pod. */
  public static String key(String id) {
    return "sandbox/" + id;
  }

  public String id() {
    return born.getId();
  }

  /** What never changes: id, config, handler, creation time. */
  public SandboxRecord born() {
    return born;
  }

  /** The pod's name: pods of one name exclude each other. */
  public String name() {
    return name(born.getConfig().getMetadata());
  }

  /** The name of a pod with this metadata. */
  public static String name(PodSandboxMetadata m) {
    return String.join(
        "/", m.getNamespace(), m.getName(), m.getUid(), Integer.toUnsignedString(m.getAttempt()));
  }

  public SandboxState state() {
    return cell.get().state();
  }

  /** What the kubelet said last about the pod's own limits. */
  public PodResources resources() {
    return cell.get().resources();
  }

  /** The kubelet gave the pod other limits; what it does not mention stays. */
  public void limited(PodResources said) {
    cell.update(now -> new Now(now.state(), now.resources().with(said)));
  }

  private SandboxState update(UnaryOperator<SandboxState> transition) {
    return cell.update(now -> new Now(transition.apply(now.state()), now.resources())).state();
  }

  /** Everything of it exists: containers can be made. */
  public void up(Shim shim, @Nullable Attachment attachment) {
    update(s -> s instanceof Starting ? new Up(shim, attachment) : s);
  }

  /** The line to its shim broke and stands again. */
  public void reconnected(Shim shim) {
    update(s -> s instanceof Up up ? new Up(shim, up.attachment()) : s);
  }

  /** Its shim was killed: nothing of it runs, and stop has still to take the rest down. */
  public void shimGone() {
    synchronized (this) {
      closed = true;
    }
    update(s -> s instanceof Up up ? new Stopping(null, up.attachment()) : s);
  }

  /** From now on no container can be added; what runs is still there. */
  public SandboxState stopping() {
    synchronized (this) {
      closed = true;
    }
    return update(SandboxState::stopping);
  }

  /** Nothing of it runs any more. */
  public void down() {
    synchronized (this) {
      closed = true;
    }
    update(s -> s instanceof Down ? s : new Down());
  }

  /** The shim that keeps its namespaces; null when there is none any more. */
  public @Nullable Shim shim() {
    return state().shim();
  }

  /** How it is on the network; null in the host's network, and once it is stopped. */
  public @Nullable Attachment attachment() {
    return state().attachment();
  }

  /**
   * Adds a container that is about to be made.
   *
   * @throws Fault.FailedPrecondition when the pod is stopped or being stopped
   */
  public synchronized void add(Container container) {
    if (closed) {
      throw new Fault.FailedPrecondition(
          "create a container in pod " + id() + ": the pod is stopped");
    }
    containers.put(container.id(), container);
  }

  /** Adds a container that recovery found. */
  synchronized void adopt(Container container) {
    containers.put(container.id(), container);
  }

  /** Takes a container out; one that is not there is no error. */
  public synchronized void drop(String containerId) {
    containers.remove(containerId);
  }

  /** Its containers, oldest first. */
  public synchronized List<Container> containers() {
    return new ArrayList<>(containers.values());
  }

  /** Its record is forgotten; what is still reported of it changes nothing on the disk. */
  void retire(Runnable forget) {
    cell.retire(forget);
  }

  private SandboxRecord record(Now now) {
    SandboxRecord.Builder out = born.toBuilder().setPhase(now.state().phase());
    now.resources().write(out);
    Attachment attachment = now.state().attachment();
    if (attachment != null) {
      out.setAttachment(attachment.encode());
    }
    return out.build();
  }
}
