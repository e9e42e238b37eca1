package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.BPF;

/** bpf(2), for real. The union's members are those of linux/bpf.h. */
final class LinuxBpf implements Bpf {
  private static final int PROG_LOAD = 5;
  private static final int PROG_ATTACH = 8;
  private static final int TYPE_CGROUP_DEVICE = 15;
  private static final int ATTACH_CGROUP_DEVICE = 6;
  private static final int ALLOW_MULTI = 2;
  private static final int INSTRUCTION_BYTES = 8;

  /** Up to kern_version and prog_flags, which stay zero. */
  private static final int LOAD_BYTES = 48;

  private static final int ATTACH_BYTES = 16;

  /** The device hooks need no function that is kept for the GPL. */
  private static final byte[] LICENSE = {'A', 'p', 'a', 'c', 'h', 'e', '-', '2', '.', '0', 0};

  @Override
  public Fd loadDeviceProgram(byte[] instructions) throws ErrnoException {
    try (var scratch = Scratch.ofSize(instructions.length + 256)) {
      int code = scratch.put(instructions);
      int license = scratch.put(LICENSE);
      int at = scratch.reserve(LOAD_BYTES);
      scratch.putInt(at, TYPE_CGROUP_DEVICE);
      scratch.putInt(at + 4, instructions.length / INSTRUCTION_BYTES);
      scratch.putLong(at + 8, scratch.address(code));
      scratch.putLong(at + 16, scratch.address(license));
      long fd = BPF.repeated(PROG_LOAD, scratch.address(at), LOAD_BYTES, 0, 0);
      return Fd.owned((int) BPF.check(fd, "load device program"));
    }
  }

  @Override
  public void attachDeviceProgram(Fd cgroup, Fd program) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(ATTACH_BYTES);
      scratch.putInt(at, cgroup.number());
      scratch.putInt(at + 4, program.number());
      scratch.putInt(at + 8, ATTACH_CGROUP_DEVICE);
      scratch.putInt(at + 12, ALLOW_MULTI);
      BPF.check(BPF.repeated(PROG_ATTACH, scratch.address(at), ATTACH_BYTES, 0, 0), cgroup);
    }
  }
}
