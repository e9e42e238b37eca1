package dev.berth.shim;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A seccomp filter as the kernel takes it: an array of {@code struct sock_filter}. Immutable. */
public final class FilterProgram {
  /** No filter. */
  public static final FilterProgram NONE = new FilterProgram(new byte[0]);

  private static final int INSTRUCTION_BYTES = 8;
  private static final int MAX_INSTRUCTIONS = 4096;

  private final byte[] code;

  private FilterProgram(byte[] code) {
    this.code = code;
  }

  /**
   * A filter of these instructions.
   *
   * @throws IllegalArgumentException unless it is 1 to 4096 instructions of 8 bytes
   */
  public static FilterProgram of(byte[] instructions) {
    int length = instructions.length;
    if (length == 0
        || length % INSTRUCTION_BYTES != 0
        || length / INSTRUCTION_BYTES > MAX_INSTRUCTIONS) {
      throw new IllegalArgumentException("a filter of " + length + " bytes");
    }
    return new FilterProgram(instructions.clone());
  }

  /** Whether there is no filter. */
  public boolean isEmpty() {
    return code.length == 0;
  }

  /** The instructions, read-only. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(code).asReadOnlyBuffer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FilterProgram that && Arrays.equals(code, that.code);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(code);
  }

  @Override
  public String toString() {
    return "FilterProgram[" + code.length / INSTRUCTION_BYTES + " instructions]";
  }
}
