package dev.berth.state;

import dev.berth.network.Attachment;
import dev.berth.shim.Shim;
import org.jspecify.annotations.Nullable;

/** Where a pod is in its life. */
public sealed interface SandboxState {

  /** Being made; not shown to anybody yet. */
  record Starting() implements SandboxState {}

  /**
   * Its namespaces are kept by a shim, and containers can be made in it.
   *
   * @param attachment how it is on the network; null in the host's network
   */
  record Up(Shim shim, @Nullable Attachment attachment) implements SandboxState {}

  /**
   * Being stopped, or a stop that failed half-way and will be tried again: no container can be made
   * any more.
   *
   * @param shim null if it is gone
   * @param attachment null in the host's network, and when detached
   */
  record Stopping(@Nullable Shim shim, @Nullable Attachment attachment) implements SandboxState {}

  /** Nothing of it runs; its records and directories are there until it is removed. */
  record Down() implements SandboxState {}
}
