package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.ACCEPT4;
import static dev.berth.kernel.SystemCall.BIND;
import static dev.berth.kernel.SystemCall.CONNECT;
import static dev.berth.kernel.SystemCall.GETSOCKNAME;
import static dev.berth.kernel.SystemCall.GETSOCKOPT;
import static dev.berth.kernel.SystemCall.LISTEN;
import static dev.berth.kernel.SystemCall.PPOLL;
import static dev.berth.kernel.SystemCall.SETSOCKOPT;
import static dev.berth.kernel.SystemCall.SHUTDOWN;
import static dev.berth.kernel.SystemCall.SOCKET;
import static dev.berth.kernel.SystemCall.SOCKETPAIR;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** Socket calls, for real. */
final class LinuxSockets implements Sockets {

  private static final int SOCK_CLOEXEC = OpenFlags.O_CLOEXEC;
  private static final int SO_ERROR = 4;
  private static final int SO_PEERCRED = 17;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;

  private final UnixAddress unix;

  LinuxSockets(FileTree tree) {
    this.unix = new UnixAddress(tree);
  }

  @Override
  public Fd socket(int domain, int type, int protocol) throws ErrnoException {
    long fd = SOCKET.raw(domain, type | (long) SOCK_CLOEXEC, protocol, 0, 0);
    return Fd.owned((int) SOCKET.check(fd, "family " + domain));
  }

  @Override
  public Pair socketpair(int domain, int type) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(8);
      long result = SOCKETPAIR.raw(domain, type | (long) SOCK_CLOEXEC, 0, scratch.address(at), 0);
      SOCKETPAIR.check(result, "family " + domain);
      return new Pair(Fd.owned(scratch.getInt(at)), Fd.owned(scratch.getInt(at + 4)));
    }
  }

  @Override
  public void bindUnix(Fd socket, String path) throws ErrnoException {
    unix.apply(BIND, socket, path);
  }

  @Override
  public void connectUnix(Fd socket, String path) throws ErrnoException {
    Waiting.allowed("connect");
    unix.apply(CONNECT, socket, path);
  }

  @Override
  public void bindNetlink(Fd socket, int port, int groups) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(Layout.SOCKADDR_NL_SIZE);
      scratch.putShort(at, (short) AF_NETLINK);
      scratch.putInt(at + Layout.SOCKADDR_NL_PID, port);
      scratch.putInt(at + Layout.SOCKADDR_NL_GROUPS, groups);
      long result = BIND.raw(socket.number(), scratch.address(at), Layout.SOCKADDR_NL_SIZE, 0, 0);
      BIND.check(result, socket);
    }
  }

  @Override
  public int netlinkPort(Fd socket) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(Layout.SOCKADDR_NL_SIZE);
      int length = scratch.reserve(4);
      scratch.putInt(length, Layout.SOCKADDR_NL_SIZE);
      long result =
          GETSOCKNAME.raw(socket.number(), scratch.address(at), scratch.address(length), 0, 0);
      GETSOCKNAME.check(result, socket);
      return scratch.getInt(at + Layout.SOCKADDR_NL_PID);
    }
  }

  @Override
  public void listen(Fd socket, int backlog) throws ErrnoException {
    LISTEN.check(LISTEN.raw(socket.number(), backlog, 0, 0, 0), socket);
  }

  @Override
  public Fd accept(Fd socket, int flags) throws ErrnoException {
    Waiting.allowed("accept4");
    long fd = ACCEPT4.repeated(socket.number(), 0, 0, flags | (long) SOCK_CLOEXEC, 0);
    return Fd.owned((int) ACCEPT4.check(fd, socket));
  }

  @Override
  public void shutdown(Fd socket, int how) throws ErrnoException {
    SHUTDOWN.check(SHUTDOWN.raw(socket.number(), how, 0, 0, 0), socket);
  }

  @Override
  public void option(Fd socket, int level, int name, int value) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(4);
      scratch.putInt(at, value);
      long result = SETSOCKOPT.raw(socket.number(), level, name, scratch.address(at), 4);
      if (result < 0) {
        throw SETSOCKOPT.failed(result, socket + ", level " + level + " option " + name);
      }
    }
  }

  @Override
  public void timeouts(Fd socket, Duration receive, Duration send) throws ErrnoException {
    timeout(socket, SO_RCVTIMEO, receive);
    timeout(socket, SO_SNDTIMEO, send);
  }

  private static void timeout(Fd socket, int name, Duration limit) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(16);
      scratch.putLong(at, limit.toSeconds()).putLong(at + 8, limit.toNanosPart() / 1000);
      long result = SETSOCKOPT.raw(socket.number(), SOL_SOCKET, name, scratch.address(at), 16);
      SETSOCKOPT.check(result, socket);
    }
  }

  @Override
  public int send(Fd socket, ByteBuffer message, int flags) throws ErrnoException {
    return Message.send(socket, message, List.of(), flags);
  }

  @Override
  public int sendWithFds(Fd socket, ByteBuffer message, List<Fd> fds, int flags)
      throws ErrnoException {
    return Message.send(socket, message, fds, flags);
  }

  @Override
  public int receive(Fd socket, ByteBuffer room, int flags) throws ErrnoException {
    return Message.receive(socket, room, flags);
  }

  @Override
  public Received receiveWithFds(Fd socket, ByteBuffer room, int flags) throws ErrnoException {
    return Message.receiveWithFds(socket, room, flags);
  }

  @Override
  public Credentials peerCredentials(Fd socket) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      int at = readOption(scratch, socket, SO_PEERCRED, Layout.UCRED_SIZE);
      return new Credentials(scratch.getInt(at), scratch.getInt(at + 4), scratch.getInt(at + 8));
    }
  }

  @Override
  public int pendingError(Fd socket) throws ErrnoException {
    try (var scratch = Scratch.take()) {
      return scratch.getInt(readOption(scratch, socket, SO_ERROR, 4));
    }
  }

  private static int readOption(Scratch scratch, Fd socket, int name, int size)
      throws ErrnoException {
    int at = scratch.reserve(size);
    int length = scratch.reserve(4);
    scratch.putInt(length, size);
    long result =
        GETSOCKOPT.raw(
            socket.number(), SOL_SOCKET, name, scratch.address(at), scratch.address(length));
    GETSOCKOPT.check(result, socket);
    return at;
  }

  /** The kernel writes back the time that is left, so a repeated call does not begin anew. */
  @Override
  public int poll(Fd fd, int events, Duration timeout) throws ErrnoException {
    Waiting.allowed("ppoll");
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(Layout.POLLFD_SIZE);
      int limit = scratch.reserve(Layout.TIMESPEC_SIZE);
      scratch.putInt(at, fd.number());
      scratch.putShort(at + Layout.POLLFD_EVENTS, (short) events);
      scratch.putLong(limit, timeout.toSeconds()).putLong(limit + 8, timeout.toNanosPart());
      long result = PPOLL.repeated(scratch.address(at), 1, scratch.address(limit), 0, 0);
      return PPOLL.check(result, fd) == 0 ? 0 : scratch.getShort(at + Layout.POLLFD_REVENTS);
    }
  }
}
