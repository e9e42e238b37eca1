package dev.berth.seccomp;

import dev.berth.kernel.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Instructions before those of libseccomp, for what it cannot say (linux/filter.h).
 *
 * <p>For each architecture: calls newer than the profile get ENOSYS; calls that libseccomp does not
 * know by name are allowed by number; and address families are refused by the lower half of the
 * argument, since the kernel takes an int, and a comparison of the whole register could be passed
 * by setting a bit in its upper half. Everything else goes on to libseccomp's part.
 *
 * <p>Only call number, architecture and the arguments of a few calls are read, so the kernel can
 * still see that most calls are allowed whatever their arguments, and skip the filter for them.
 */
final class Preamble {

  /** A call that is refused for some values of the lower half of its first argument. */
  record Refusal(int call, List<Integer> values) {}

  /** What to do before libseccomp's part, for one architecture. */
  record Part(
      FilterArchitecture architecture, int newest, List<Integer> allowed, List<Refusal> refusals) {}

  private static final int LOAD = 0x20;
  private static final int JUMP = 0x05;
  private static final int IF_EQUAL = 0x15;
  private static final int IF_GREATER = 0x25;
  private static final int RETURN = 0x06;
  private static final int CALL_OFFSET = 0;
  private static final int ARCHITECTURE_OFFSET = 4;
  private static final int FIRST_ARGUMENT_LOW_OFFSET = 16;

  private record Instruction(int code, int yes, int no, int value) {}

  private Preamble() {}

  /** The bytes of a preamble and the program it goes before. */
  static byte[] before(List<Part> parts, byte[] program) {
    var all = new ByteArrayOutputStream();
    List<List<Instruction>> blocks = parts.stream().map(Preamble::block).toList();
    int left = blocks.stream().mapToInt(b -> b.size() + 3).sum();
    for (int i = 0; i < parts.size(); i++) {
      List<Instruction> block = blocks.get(i);
      left -= block.size() + 3;
      write(all, new Instruction(LOAD, 0, 0, ARCHITECTURE_OFFSET));
      write(all, new Instruction(IF_EQUAL, 1, 0, parts.get(i).architecture().token()));
      write(all, new Instruction(JUMP, 0, 0, block.size()));
      skipTo(block, left).forEach(instruction -> write(all, instruction));
    }
    all.writeBytes(program);
    return all.toByteArray();
  }

  /** Jumps marked with a negative value go to the end of the block and then over the other ones. */
  private static List<Instruction> skipTo(List<Instruction> block, int left) {
    var placed = new ArrayList<Instruction>();
    for (int i = 0; i < block.size(); i++) {
      Instruction in = block.get(i);
      boolean toEnd = in.code() == JUMP && in.value() < 0;
      placed.add(toEnd ? new Instruction(JUMP, 0, 0, block.size() - i - 1 + left) : in);
    }
    return placed;
  }

  private static List<Instruction> block(Part part) {
    var block = new ArrayList<Instruction>();
    block.add(new Instruction(LOAD, 0, 0, CALL_OFFSET));
    block.add(new Instruction(IF_GREATER, 0, 1, part.newest()));
    block.add(result(SeccompAction.errno(Errno.ENOSYS)));
    for (int number : part.allowed()) {
      block.add(new Instruction(IF_EQUAL, 0, 1, number));
      block.add(result(SeccompAction.allow()));
    }
    for (Refusal refusal : part.refusals()) {
      refuse(block, refusal);
    }
    block.add(toEnd());
    return block;
  }

  private static void refuse(List<Instruction> block, Refusal refusal) {
    int length = 2 + 2 * refusal.values().size();
    block.add(new Instruction(IF_EQUAL, 0, length, refusal.call()));
    block.add(new Instruction(LOAD, 0, 0, FIRST_ARGUMENT_LOW_OFFSET));
    for (int value : refusal.values()) {
      block.add(new Instruction(IF_EQUAL, 0, 1, value));
      block.add(result(SeccompAction.errno(Errno.EPERM)));
    }
    block.add(toEnd());
  }

  private static Instruction toEnd() {
    return new Instruction(JUMP, 0, 0, -1);
  }

  private static Instruction result(SeccompAction action) {
    return new Instruction(RETURN, 0, 0, action.value());
  }

  private static void write(ByteArrayOutputStream out, Instruction in) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    bytes.putShort((short) in.code()).put((byte) in.yes()).put((byte) in.no()).putInt(in.value());
    out.writeBytes(bytes.array());
  }
}
