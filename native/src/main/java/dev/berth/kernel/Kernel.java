package dev.berth.kernel;

/**
 * The Linux kernel, as groups of calls.
 *
 * <p>The seam between Berth and the machine: production uses {@link #linux()}, tests wrap it to
 * record or to break calls.
 */
public interface Kernel {

  /** Calls that name files by path. */
  FileTree tree();

  /** Calls on open files. */
  FileIo io();

  /** Mounts by descriptor, and the classic calls. */
  Mounts mounts();

  /** Unix and netlink sockets. */
  Sockets sockets();

  /** Starting, signalling and waiting for processes. */
  Processes processes();

  /** Programs that the kernel runs. */
  Bpf bpf();

  /**
   * Makes an epoll instance.
   *
   * @throws ErrnoException EMFILE, ENFILE or ENOMEM (epoll_create1(2))
   */
  Epoll epoll() throws ErrnoException;

  /**
   * The running kernel. Cheap: nothing native is loaded before the first call is made.
   *
   * @return the same instance every time
   */
  static Kernel linux() {
    return LinuxKernel.INSTANCE;
  }
}
