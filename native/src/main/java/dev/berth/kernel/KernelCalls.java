package dev.berth.kernel;

/** A kernel put together of its groups of calls. */
record KernelCalls(
    FileTree tree,
    FileIo io,
    Mounts mounts,
    Sockets sockets,
    Processes processes,
    Bpf bpf,
    EpollMaker epolls)
    implements Kernel {

  /** Makes epoll instances. */
  @FunctionalInterface
  interface EpollMaker {
    Epoll make() throws ErrnoException;
  }

  @Override
  public Epoll epoll() throws ErrnoException {
    return epolls.make();
  }
}
