package dev.berth.state;

/**
 * Hears what becomes of pods and containers, in the order in which it happens to each of them.
 *
 * <p>Called with the object's state cell locked: must not wait, and must not take a lock that
 * somebody holds who changes a state.
 */
public interface Watcher {
  /** Hears nothing. */
  Watcher NOBODY =
      new Watcher() {
        @Override
        public void moved(Container container, ContainerState before, ContainerState after) {}

        @Override
        public void moved(Sandbox sandbox, SandboxState before, SandboxState after) {}

        @Override
        public void forgotten(Container container) {}

        @Override
        public void forgotten(Sandbox sandbox) {}
      };

  /** A container has another state now. */
  void moved(Container container, ContainerState before, ContainerState after);

  /** A pod has another state now. */
  void moved(Sandbox sandbox, SandboxState before, SandboxState after);

  /** A container was removed. */
  void forgotten(Container container);

  /** A pod was removed. */
  void forgotten(Sandbox sandbox);
}
