package dev.berth.cgroup;

import dev.berth.spec.oci.OciResources.DeviceRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Device rules as a BPF program for the cgroups of version 2 (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE;
 * struct bpf_cgroup_dev_ctx: type in the low and access in the high half of the first word, then
 * major and minor).
 *
 * <p>The rules are tried from the last to the first, and the first that fits decides: the last one
 * wins, as the rules mean. An allowing rule fits when it allows every access that is asked for, a
 * denying one when it denies any. Where none fits, access is denied.
 */
final class DeviceProgram {
  private static final int MKNOD = 1;
  private static final int READ = 2;
  private static final int WRITE = 4;
  private static final int EVERY_ACCESS = MKNOD | READ | WRITE;
  private static final int BLOCK = 1;
  private static final int CHARACTER = 2;

  private static final int LOAD_WORD = 0x61;
  private static final int AND = 0x57;
  private static final int SHIFT_RIGHT = 0x77;
  private static final int MOVE = 0xb7;
  private static final int MOVE_REGISTER = 0xbf;
  private static final int JUMP_UNLESS_EQUAL = 0x55;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int EXIT = 0x95;

  private static final int RESULT = 0;
  private static final int CONTEXT = 1;
  private static final int TYPE = 2;
  private static final int ACCESS = 3;
  private static final int MAJOR = 4;
  private static final int MINOR = 5;
  private static final int SCRATCH = 6;

  private DeviceProgram() {}

  /** One instruction; a jump goes over {@code skip} of those that follow. */
  private record Instruction(int code, int to, int from, int skip, int value) {
    static Instruction of(int code, int to, int value) {
      return new Instruction(code, to, 0, 0, value);
    }

    Instruction over(int instructions) {
      return new Instruction(code, to, from, instructions, value);
    }

    boolean jumps() {
      return code == JUMP_UNLESS_EQUAL || code == JUMP_IF_EQUAL;
    }
  }

  /** The program of rules, eight bytes an instruction, in the machine's order. */
  static byte[] of(List<DeviceRule> rules) {
    var program = new ArrayList<Instruction>();
    program.add(new Instruction(LOAD_WORD, TYPE, CONTEXT, 0, 0));
    program.add(new Instruction(MOVE_REGISTER, ACCESS, TYPE, 0, 0));
    program.add(Instruction.of(AND, TYPE, 0xffff));
    program.add(Instruction.of(SHIFT_RIGHT, ACCESS, 16));
    program.add(new Instruction(LOAD_WORD, MAJOR, CONTEXT, 4, 0));
    program.add(new Instruction(LOAD_WORD, MINOR, CONTEXT, 8, 0));
    for (DeviceRule rule : rules.reversed()) {
      List<Instruction> block = block(rule);
      program.addAll(block);
      if (block.stream().noneMatch(Instruction::jumps)) {
        // it fits everything, and the verifier takes no instruction that is never reached
        return bytes(program);
      }
    }
    program.add(Instruction.of(MOVE, RESULT, 0));
    program.add(Instruction.of(EXIT, 0, 0));
    return bytes(program);
  }

  /** The tests of one rule, each of which leads past the block when it fails, and its verdict. */
  private static List<Instruction> block(DeviceRule rule) {
    var block = new ArrayList<Instruction>();
    if (!rule.type().equals("a")) {
      int type = rule.type().equals("b") ? BLOCK : CHARACTER;
      block.add(Instruction.of(JUMP_UNLESS_EQUAL, TYPE, type));
    }
    if (rule.major() != null) {
      block.add(Instruction.of(JUMP_UNLESS_EQUAL, MAJOR, Math.toIntExact(rule.major())));
    }
    if (rule.minor() != null) {
      block.add(Instruction.of(JUMP_UNLESS_EQUAL, MINOR, Math.toIntExact(rule.minor())));
    }
    int access = access(rule.access());
    if (access != EVERY_ACCESS) {
      block.add(new Instruction(MOVE_REGISTER, SCRATCH, ACCESS, 0, 0));
      block.add(Instruction.of(AND, SCRATCH, rule.allow() ? EVERY_ACCESS & ~access : access));
      block.add(Instruction.of(rule.allow() ? JUMP_UNLESS_EQUAL : JUMP_IF_EQUAL, SCRATCH, 0));
    }
    block.add(Instruction.of(MOVE, RESULT, rule.allow() ? 1 : 0));
    block.add(Instruction.of(EXIT, 0, 0));
    for (int i = 0; i < block.size(); i++) {
      if (block.get(i).jumps()) {
        block.set(i, block.get(i).over(block.size() - 1 - i));
      }
    }
    return block;
  }

  private static int access(String letters) {
    return (letters.indexOf('m') >= 0 ? MKNOD : 0)
        | (letters.indexOf('r') >= 0 ? READ : 0)
        | (letters.indexOf('w') >= 0 ? WRITE : 0);
  }

  private static byte[] bytes(List<Instruction> program) {
    boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    ByteBuffer out = ByteBuffer.allocate(program.size() * 8).order(ByteOrder.nativeOrder());
    for (Instruction i : program) {
      int registers = big ? i.to() << 4 | i.from() : i.from() << 4 | i.to();
      out.put((byte) i.code()).put((byte) registers).putShort((short) i.skip()).putInt(i.value());
    }
    return out.array();
  }
}
