package dev.berth.state;

import dev.berth.network.Attachment;
import dev.berth.shim.Shim;
import dev.berth.state.v1.SandboxPhase;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod is in its life. What every state has to answer is a method of it: a switch over their
 * types is a class that the JVM writes when it first gets there, which no AOT cache holds, and
 * costs the first pod of a daemon some milliseconds each.
 */
public sealed interface SandboxState {

  /** How the journal names it. */
  SandboxPhase phase();

  /** Where a stop that begins now leads. */
  SandboxState stopping();

  /** The shim that keeps the pod's namespaces; null when there is none. */
  default @Nullable Shim shim() {
    return null;
  }

  /** How the pod is on the network; null in the host's network, and when detached. */
  default @Nullable Attachment attachment() {
    return null;
  }

  /** Being made; not shown to anybody yet. */
  record Starting() implements SandboxState {
    @Override
    public SandboxPhase phase() {
      return SandboxPhase.SANDBOX_STARTING;
    }

    @Override
    public SandboxState stopping() {
      return new Stopping(null, null);
    }
  }

  /**
   * Its namespaces are kept by a shim, and containers can be made in it.
   *
   * @param attachment how it is on the network; null in the host's network
   */
  record Up(Shim shim, @Nullable Attachment attachment) implements SandboxState {
    @Override
    public SandboxPhase phase() {
      return SandboxPhase.SANDBOX_UP;
    }

    @Override
    public SandboxState stopping() {
      return new Stopping(shim, attachment);
    }
  }

  /**
   * Being stopped, or a stop that failed half-way and will be tried again: no container can be made
   * any more.
   *
   * @param shim null if it is gone
   * @param attachment null in the host's network, and when detached
   */
  record Stopping(@Nullable Shim shim, @Nullable Attachment attachment) implements SandboxState {
    @Override
    public SandboxPhase phase() {
      return SandboxPhase.SANDBOX_STOPPING;
    }

    @Override
    public SandboxState stopping() {
      return this;
    }
  }

  /** Nothing of it runs; its records and directories are there until it is removed. */
  record Down() implements SandboxState {
    @Override
    public SandboxPhase phase() {
      return SandboxPhase.SANDBOX_DOWN;
    }

    @Override
    public SandboxState stopping() {
      return this;
    }
  }
}
