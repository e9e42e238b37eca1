package dev.berth.recovery;

import dev.berth.fault.Fault;
import dev.berth.journal.Journal;
import dev.berth.network.Attachment;
import dev.berth.sandbox.PodParts;
import dev.berth.sandbox.SandboxTeardown;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import dev.berth.state.v1.SandboxPhase;
import dev.berth.state.v1.SandboxRecord;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one pod over from an earlier daemon. */
public final class SandboxRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(SandboxRecovery.class);

  private final Journal journal;
  private final Pods pods;
  private final PodParts parts;
  private final SandboxTeardown teardown;
  private final String bootId;
  private final Queue<String> foreign = new ConcurrentLinkedQueue<>();

  /**
   * For the boot that runs now.
   *
   * @param bootId of {@code /proc/sys/kernel/random/boot_id}: a pod of another boot has no process
   */
  public SandboxRecovery(
      Journal journal, Pods pods, PodParts parts, SandboxTeardown teardown, String bootId) {
    this.journal = journal;
    this.pods = pods;
    this.parts = parts;
    this.teardown = teardown;
    this.bootId = bootId;
  }

  /** Puts the pod into the registry in the state in which it is found. */
  void takeOver(SandboxRecord record) {
    Shim shim = record.getPhase() == SandboxPhase.SANDBOX_DOWN ? null : connect(record);
    Attachment attachment =
        record.getAttachment().isEmpty() || !thisBoot(record)
            ? null
            : Attachment.decode(record.getAttachment());
    pods.adopt(new Sandbox(record, state(record, shim, attachment), journal));
  }

  private static SandboxState state(
      SandboxRecord record, @Nullable Shim shim, @Nullable Attachment attachment) {
    return switch (record.getPhase()) {
      case SANDBOX_UP ->
          shim == null
              ? new SandboxState.Stopping(null, attachment)
              : new SandboxState.Up(shim, attachment);
      case SANDBOX_DOWN -> new SandboxState.Down();
      // a pod that was being made is undone by the very steps that take a pod down
      case SANDBOX_STARTING, SANDBOX_STOPPING, UNRECOGNIZED ->
          new SandboxState.Stopping(shim, attachment);
    };
  }

  /**
   * Refuses to go on when there are pods whose shims this daemon cannot speak with: it could only
   * kill them. They run on.
   *
   * @throws Fault.FailedPrecondition when there are any
   */
  void refuseForeign() {
    if (!foreign.isEmpty()) {
      throw new Fault.FailedPrecondition(
          "take over the pods of another version of Berth: "
              + String.join("; ", foreign)
              + "; they run on: start that version again, or stop them with it first");
    }
  }

  /** Brings to its end what cannot stay as it is: half-made pods, pods without a shim. */
  void finish(Sandbox sandbox) throws Exception {
    teardown.stop(sandbox);
    if (halfMade(sandbox)) {
      teardown.remove(sandbox);
    }
  }

  /** Whether there is something to {@link #finish}. */
  boolean unfinished(Sandbox sandbox) {
    boolean orphan =
        sandbox.state() instanceof SandboxState.Stopping stopping && stopping.shim() == null;
    return halfMade(sandbox) || orphan;
  }

  /** Hears of a shim that has ended while its pod was taken over. */
  void noticeLoss(Sandbox sandbox) {
    parts.noticeLoss(sandbox.shim());
  }

  private static boolean halfMade(Sandbox sandbox) {
    return sandbox.born().getPhase() == SandboxPhase.SANDBOX_STARTING;
  }

  private boolean thisBoot(SandboxRecord record) {
    return record.getBootId().equals(bootId);
  }

  private @Nullable Shim connect(SandboxRecord record) {
    if (!thisBoot(record)) {
      return null;
    }
    try {
      return parts.reconnectShim(record.getId());
    } catch (ShimFailure e) {
      if (e.kind() == ShimFailure.Kind.FOREIGN) {
        foreign.add("pod " + record.getId() + ": " + e.getMessage());
      }
      LOG.info("pod {}: no shim answers ({})", record.getId(), e.getMessage());
      return null;
    }
  }
}
