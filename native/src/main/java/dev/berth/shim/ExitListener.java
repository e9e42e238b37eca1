package dev.berth.shim;

/** Hears of what happens at shims. Called on the one thread that reads all shims: never block. */
public interface ExitListener {
  /** A container ended; its exit record is already on disk. Told once a connection. */
  void exited(Shim shim, String containerId, ExitRecord exit);

  /** The line broke; the shim may still be alive and can be found again by its socket. */
  void lost(Shim shim);
}
