package dev.berth.kernel;

import java.nio.charset.StandardCharsets;

/**
 * Unix socket addresses, which have room for 107 bytes of path only (unix(7)). A longer path is
 * reached as {@code /proc/thread-self/fd/N/name} through a descriptor of its directory.
 */
final class UnixAddress {

  private static final int LONGEST = 107;

  private final FileTree tree;

  UnixAddress(FileTree tree) {
    this.tree = tree;
  }

  /** Makes the bind or connect call with a path. */
  void apply(SystemCall call, Fd socket, String path) throws ErrnoException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LONGEST) {
      apply(call, socket, bytes, path);
      return;
    }
    int slash = path.lastIndexOf('/');
    String directory = slash <= 0 ? "/" : path.substring(0, slash);
    int flags = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY;
    try (Fd dir = tree.open(Fd.CWD, directory, flags, 0)) {
      String shorter = dir.procPath() + "/" + path.substring(slash + 1);
      byte[] shorterBytes = shorter.getBytes(StandardCharsets.UTF_8);
      if (shorterBytes.length > LONGEST) {
        throw new ErrnoException(call.label(), path, Errno.ENAMETOOLONG);
      }
      apply(call, socket, shorterBytes, path);
    }
  }

  private static void apply(SystemCall call, Fd socket, byte[] path, String about)
      throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(Layout.SOCKADDR_UN_SIZE);
      scratch.putShort(at, (short) Sockets.AF_UNIX);
      scratch.putAt(at + 2, path);
      long length = 2L + path.length + 1;
      call.check(call.repeated(socket.number(), scratch.address(at), length, 0, 0), about);
    }
  }
}
