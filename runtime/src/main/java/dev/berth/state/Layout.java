package dev.berth.state;

import java.nio.file.Path;

/**
 * Where a daemon keeps things.
 *
 * <pre>
 * root   (a disk)  journal                      what exists, see dev.berth.journal
 *                  containers/CID/{upper,work}  a container's writable layer
 *                  images/                      the image service's
 *                  empty/                       what an image without layers is as a volume
 *                  skeleton/                    below every image: what Berth mounts on
 * state  (a tmpfs) pods/PID/shim.sock           the shim's socket
 *                  pods/PID/{resolv.conf,hosts,hostname}
 *                  spares/PID/              the same of a pod that nobody has asked for yet
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

  /** The lowest layer of every container's root, see {@link Skeleton}. */
  public Path skeleton() {
    return root.resolve("skeleton");
  }

  /** An empty directory: what an image without layers shows as a volume. */
  public Path noLayer() {
    return root.resolve("empty");
  }

  public Path pods() {
    return state.resolve("pods");
  }

  public Path pod(String sandboxId) {
    return pods().resolve(sandboxId);
  }

  /** Where the directories of shims are that belong to no pod yet. */
  public Path spares() {
    return state.resolve("spares");
  }

  public Path spare(String id) {
    return spares().resolve(id);
  }

  public Path spareSocket(String id) {
    return spare(id).resolve("shim.sock");
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
