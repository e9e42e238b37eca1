package dev.berth.kernel;

/** The running kernel. */
final class LinuxKernel implements Kernel {
  static final Kernel INSTANCE = new LinuxKernel();

  @Override
  public FileTree tree() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileIo io() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mounts mounts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Sockets sockets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Processes processes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Epoll epoll() {
    throw new UnsupportedOperationException();
  }
}
