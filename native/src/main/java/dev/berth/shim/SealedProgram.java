package dev.berth.shim;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.nio.ByteBuffer;

/**
 * A program in memory that nobody can change any more. All processes that run it share its pages.
 */
final class SealedProgram {
  private static final int ALL_SEALS =
      FileIo.SEAL_SEAL | FileIo.SEAL_SHRINK | FileIo.SEAL_GROW | FileIo.SEAL_WRITE;

  private SealedProgram() {}

  /** A descriptor to execute; the caller closes it. */
  static Fd of(Kernel kernel, String name, ByteBuffer program) throws ErrnoException {
    try (Fd writable = kernel.io().memfd(name, true)) {
      kernel.io().writeAll(writable, program);
      kernel.io().addSeals(writable, ALL_SEALS);
      // A file that somebody holds for writing cannot be executed, sealed or not.
      return kernel.tree().open(Fd.CWD, writable.procPath(), OpenFlags.O_RDONLY, 0);
    }
  }
}
