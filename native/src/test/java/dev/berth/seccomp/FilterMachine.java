package dev.berth.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a filter program as the kernel would (linux/filter.h), and counts its steps. */
final class FilterMachine {

  private final ByteBuffer program;
  private int steps;

  FilterMachine(ByteBuffer program) {
    this.program = program.duplicate().order(ByteOrder.nativeOrder());
  }

  int steps() {
    return steps;
  }

  int instructions() {
    return program.limit() / 8;
  }

  /** What the filter returns for a call. */
  int run(int architecture, int call, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
    data.putInt(0, call).putInt(4, architecture);
    for (int i = 0; i < arguments.length; i++) {
      data.putLong(16 + 8 * i, arguments[i]);
    }
    int a = 0;
    int at = 0;
    for (steps = 1; ; steps++) {
      int code = program.getShort(8 * at) & 0xffff;
      int yes = program.get(8 * at + 2) & 0xff;
      int no = program.get(8 * at + 3) & 0xff;
      int k = program.getInt(8 * at + 4);
      at++;
      switch (code) {
        case 0x20 -> a = data.getInt(k);
        case 0x54 -> a &= k;
        case 0x05 -> at += k;
        case 0x15 -> at += a == k ? yes : no;
        case 0x25 -> at += Integer.compareUnsigned(a, k) > 0 ? yes : no;
        case 0x35 -> at += Integer.compareUnsigned(a, k) >= 0 ? yes : no;
        case 0x45 -> at += (a & k) != 0 ? yes : no;
        case 0x06 -> {
          return k;
        }
        default -> throw new AssertionError("instruction " + Integer.toHexString(code));
      }
    }
  }
}
