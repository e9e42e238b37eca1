package dev.berth.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Reading an extended attribute, which may be up to 64 KiB. */
final class XattrRead {

  private static final int FIRST_GUESS = 4096;
  private static final int LARGEST = 64 * 1024;

  /** Gives the call's first argument: a path put into scratch memory, or a descriptor. */
  @FunctionalInterface
  interface Subject {
    long put(Scratch scratch) throws ErrnoException;
  }

  private XattrRead() {}

  /** Reads a value; empty for ENODATA. */
  static Optional<byte[]> value(
      SystemCall call, Subject subject, String name, Supplier<String> about) throws ErrnoException {
    Optional<byte[]> found = Optional.empty();
    long result = -Errno.ERANGE;
    for (int size = FIRST_GUESS;
        result == -Errno.ERANGE && size <= LARGEST;
        size += LARGEST - FIRST_GUESS) {
      try (var scratch = Scratch.ofSize(size + 8192)) {
        long first = subject.put(scratch);
        long key = scratch.cString(name.getBytes(StandardCharsets.UTF_8));
        int room = scratch.reserveRaw(size);
        result = call.raw(first, key, scratch.address(room), size, 0);
        if (result >= 0) {
          found = Optional.of(scratch.bytes(room, (int) result));
        }
      }
    }
    if (result < 0 && result != -Errno.ENODATA) {
      throw call.failed(result, about.get() + ", " + name);
    }
    return found;
  }
}
