package dev.berth.kernel;

/** The little that is needed of bpf(2): programs that decide about device access in a cgroup. */
public interface Bpf {

  /**
   * Loads a program of the kind BPF_PROG_TYPE_CGROUP_DEVICE.
   *
   * @param instructions eight bytes each, in the machine's order
   * @return the program, which lives as long as the descriptor or a cgroup has it
   * @throws ErrnoException EPERM without CAP_BPF, EINVAL or EACCES when the verifier refuses it
   */
  Fd loadDeviceProgram(byte[] instructions) throws ErrnoException;

  /**
   * Lets a program decide for the processes of a cgroup and below, beside those that are attached
   * already: all must agree. It goes with the cgroup.
   *
   * @param cgroup an open directory of the unified tree
   * @throws ErrnoException EBADF when it is no such directory
   */
  void attachDeviceProgram(Fd cgroup, Fd program) throws ErrnoException;
}
