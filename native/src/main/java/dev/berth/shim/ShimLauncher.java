package dev.berth.shim;

import dev.berth.kernel.Kernel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Starts shims and finds running ones again. One for the whole daemon: it owns the sealed copy of
 * the binary and the thread that reads all shims. Thread-safe.
 */
public interface ShimLauncher extends AutoCloseable {
  /**
   * The launcher of this machine. Cheap; what is native is loaded with the first shim.
   *
   * @param deadline how long one call may wait for its answer
   */
  static ShimLauncher open(Kernel kernel, Duration deadline) {
    return new LocalShimLauncher(kernel, deadline, null);
  }

  /**
   * A launcher of another program than the one that this build carries: a shim of another version,
   * for tests.
   */
  static ShimLauncher of(Kernel kernel, Duration deadline, Path program) {
    return new LocalShimLauncher(kernel, deadline, program);
  }

  /**
   * Starts a shim and waits until it answers.
   *
   * @param listener hears of exits from the first moment on
   * @throws ShimFailure MACHINE when it cannot be started, UNREACHABLE when it does not answer;
   *     nothing is left then
   */
  Shim launch(ShimSpec spec, ExitListener listener) throws ShimFailure;

  /**
   * Connects to a shim that runs. Exits of the past are in its {@link Shim#inventory}.
   *
   * @param podId whose it must be
   * @throws ShimFailure UNREACHABLE when nobody answers there, WRONG_STATE when it is another
   *     pod's, FOREIGN when it speaks a protocol that this daemon does not know
   */
  Shim reconnect(String podId, String socketPath, ExitListener listener) throws ShimFailure;

  /** Closes every line. Shims and containers live on. */
  @Override
  void close();
}
