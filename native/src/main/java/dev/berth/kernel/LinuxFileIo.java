package dev.berth.kernel;

/** Calls on open files, for real. */
final class LinuxFileIo {
  private LinuxFileIo() {}

  static void close(int number) {
    System.getLogger("dev.berth.kernel").log(System.Logger.Level.DEBUG, "closing {0}", number);
  }
}
