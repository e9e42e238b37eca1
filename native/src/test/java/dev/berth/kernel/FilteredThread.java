package dev.berth.kernel;

import dev.berth.shim.FilterProgram;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A thread behind a system call filter, which everything that it starts inherits: how a test gives
 * a process an older kernel. The filter ends with the thread.
 */
public final class FilteredThread {
  private static final int SECCOMP = Architecture.pick(317, 277);
  private static final int SET_MODE_FILTER = 1;

  private FilteredThread() {}

  /** Runs work behind a filter; the caller must be root. */
  public static <T> T call(FilterProgram program, Callable<T> work) throws Exception {
    var task =
        new FutureTask<T>(
            () -> {
              install(program);
              return work.call();
            });
    Thread.ofPlatform().start(task);
    return task.get();
  }

  private static void install(FilterProgram program) throws ErrnoException {
    ByteBuffer code = program.bytes();
    byte[] bytes = new byte[code.remaining()];
    code.get(bytes);
    try (var scratch = Scratch.ofSize(bytes.length + 256)) {
      int at = scratch.put(bytes);
      int header = scratch.reserve(16);
      scratch.putShort(header, (short) (bytes.length / 8));
      scratch.putLong(header + 8, scratch.address(at));
      long result = NativeCalls.syscall(SECCOMP, SET_MODE_FILTER, 0, scratch.address(header), 0, 0);
      if (result < 0) {
        throw new ErrnoException("seccomp", "install a filter", (int) -result);
      }
    }
  }
}
