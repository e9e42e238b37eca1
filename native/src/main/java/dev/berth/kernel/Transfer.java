package dev.berth.kernel;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** Moves bytes between a caller's buffer and a call that wants an address. */
final class Transfer {

  /** A call on some memory; answers the bytes it moved or minus the errno. */
  @FunctionalInterface
  interface Call {
    long on(long address, long length);
  }

  private Transfer() {}

  /** Lets the call fill the buffer's remaining room; the position moves by what came. */
  static long in(ByteBuffer buffer, boolean whole, Call call) {
    int length = buffer.remaining();
    if (buffer.isDirect()) {
      return direct(buffer, call);
    }
    int piece = whole ? length : Math.min(length, Scratch.SIZE);
    try (var scratch = Scratch.ofSize(piece)) {
      int room = scratch.reserveRaw(piece);
      long moved = call.on(scratch.address(room), piece);
      if (moved > 0) {
        scratch.copyTo(room, (int) Math.min(moved, piece), buffer);
      }
      return moved;
    }
  }

  /** Lets the call take the buffer's remaining bytes; the position moves by what it took. */
  static long out(ByteBuffer buffer, boolean whole, Call call) {
    int length = buffer.remaining();
    if (buffer.isDirect()) {
      return direct(buffer, call);
    }
    int piece = whole ? length : Math.min(length, Scratch.SIZE);
    try (var scratch = Scratch.ofSize(piece)) {
      int room = scratch.reserveRaw(piece);
      scratch.copyFrom(buffer, piece, room);
      long moved = call.on(scratch.address(room), piece);
      advance(buffer, moved);
      return moved;
    }
  }

  private static long direct(ByteBuffer buffer, Call call) {
    try {
      long address = NativeCalls.address(buffer) + buffer.position();
      long moved = call.on(address, buffer.remaining());
      advance(buffer, moved);
      return moved;
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /** A message longer than the room was cut (MSG_TRUNC): only the room was filled. */
  private static void advance(ByteBuffer buffer, long moved) {
    if (moved > 0) {
      buffer.position(buffer.position() + (int) Math.min(moved, buffer.remaining()));
    }
  }

  /** Turns EAGAIN into an answer and any other failure into an exception. */
  static int answer(SystemCall call, long result, Fd fd) throws ErrnoException {
    if (result == -Errno.EAGAIN) {
      return FileIo.WOULD_BLOCK;
    }
    return (int) call.check(result, fd);
  }
}
