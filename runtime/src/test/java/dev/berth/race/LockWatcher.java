package dev.berth.race;

import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import dev.berth.state.Watcher;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks at the locks that are held at every change of a state, which has its cell locked. */
final class LockWatcher implements Watcher {
  private final AtomicInteger looked = new AtomicInteger();

  /** How often it has looked. */
  int looked() {
    return looked.get();
  }

  private void look(String at) {
    looked.incrementAndGet();
    HeldLocks.inOrder(at);
  }

  @Override
  public void moved(Container container, ContainerState before, ContainerState after) {
    look("container " + container.id() + " became " + after);
  }

  @Override
  public void moved(Sandbox sandbox, SandboxState before, SandboxState after) {
    look("pod " + sandbox.id() + " became " + after);
  }

  @Override
  public void forgotten(Container container) {
    HeldLocks.none("container " + container.id() + " was forgotten");
  }

  @Override
  public void forgotten(Sandbox sandbox) {
    HeldLocks.none("pod " + sandbox.id() + " was forgotten");
  }
}
