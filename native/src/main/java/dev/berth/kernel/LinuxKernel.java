package dev.berth.kernel;

/** The running kernel. */
final class LinuxKernel implements Kernel {

  static final Kernel INSTANCE = new LinuxKernel();

  private final FileTree tree = new LinuxFileTree();
  private final FileIo io = new LinuxFileIo();
  private final Mounts mounts = new LinuxMounts();
  private final Sockets sockets = new LinuxSockets(tree);
  private final Processes processes = new LinuxProcesses();

  private final Bpf bpf = new LinuxBpf();

  private LinuxKernel() {}

  @Override
  public FileTree tree() {
    return tree;
  }

  @Override
  public FileIo io() {
    return io;
  }

  @Override
  public Mounts mounts() {
    return mounts;
  }

  @Override
  public Sockets sockets() {
    return sockets;
  }

  @Override
  public Processes processes() {
    return processes;
  }

  @Override
  public Bpf bpf() {
    return bpf;
  }

  @Override
  public Epoll epoll() throws ErrnoException {
    return LinuxEpoll.make();
  }
}
