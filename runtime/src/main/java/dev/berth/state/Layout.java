package dev.berth.state;

import java.nio.file.Path;

/**
 * Where a daemon keeps things.
 *
 * <pre>
 * root   (a disk)  journal                      what exists, see dev.berth.journal
 *                  containers/CID/{upper,work}  a container's writable layer
 *                  images/                      the image service's
 * state  (a tmpfs) pods/PID/shim.sock           the shim's socket
 *                  pods/PID/{resolv.conf,hosts,hostname}
 *                  pods/PID/containers/CID/exit the exit record that the shim writes
 * </pre>
 *
 * @param root lives through reboots
 * @param state is empty after one
 */
public record Layout(Path root, Path state) {

  public Path journal() {
    return root.resolve("journal");
  }

  public Path images() {
    return root.resolve("images");
  }

  public Path containers() {
    return root.resolve("containers");
  }

  /** An empty directory: the layer of images that have none. */
  public Path noLayer() {
    return root.resolve("empty");
  }

  public Path pods() {
    return state.resolve("pods");
  }

  public Path pod(String sandboxId) {
    return pods().resolve(sandboxId);
  }

  public Path shimSocket(String sandboxId) {
    return pod(sandboxId).resolve("shim.sock");
  }

  /** A container's directory in the state: gone after a reboot. */
  public Path run(Container container) {
    return run(container.sandboxId(), container.id());
  }

  public Path run(String sandboxId, String containerId) {
    return pod(sandboxId).resolve("containers").resolve(containerId);
  }

  /** A container's directory on the disk: holds its writable layer. */
  public Path disk(String containerId) {
    return containers().resolve(containerId);
  }
}
