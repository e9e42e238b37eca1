package dev.berth.kernel;

/** The running kernel. */
final class LinuxKernel {

  static final Kernel INSTANCE = make();

  private LinuxKernel() {}

  private static Kernel make() {
    FileTree tree = new LinuxFileTree();
    return new KernelCalls(
        tree,
        new LinuxFileIo(),
        new LinuxMounts(),
        new LinuxSockets(tree),
        new LinuxProcesses(),
        new LinuxBpf(),
        LinuxEpoll::make);
  }
}
