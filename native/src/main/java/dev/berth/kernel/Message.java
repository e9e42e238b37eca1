package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.RECVMSG;
import static dev.berth.kernel.SystemCall.SENDMSG;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Sending and receiving one message, with or without descriptors (sendmsg(2), cmsg(3)). */
final class Message {

  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  private Message() {}

  static int send(Fd socket, ByteBuffer message, List<Fd> fds, int flags) throws ErrnoException {
    if (fds.size() > Sockets.MAX_FDS) {
      throw new ErrnoException("sendmsg", fds.size() + " descriptors", Errno.EINVAL);
    }
    mayWait("sendmsg", flags);
    int fd = socket.number();
    try (var scratch = Scratch.take()) {
      int header = header(scratch);
      putRights(scratch, header, fds);
      long all = flags | Sockets.MSG_NOSIGNAL;
      long sent =
          Transfer.out(
              message,
              true,
              (at, n) -> {
                putBytes(scratch, header, at, n);
                return SENDMSG.repeated(fd, scratch.address(header), all, 0, 0);
              });
      return Transfer.answer(SENDMSG, sent, socket);
    }
  }

  static int receive(Fd socket, ByteBuffer room, int flags) throws ErrnoException {
    mayWait("recvmsg", flags);
    try (var scratch = Scratch.take()) {
      int header = header(scratch);
      return Transfer.answer(RECVMSG, receive(scratch, header, socket, room, flags), socket);
    }
  }

  static Sockets.Received receiveWithFds(Fd socket, ByteBuffer room, int flags)
      throws ErrnoException {
    mayWait("recvmsg", flags);
    try (var scratch = Scratch.take()) {
      int header = header(scratch);
      int size = Layout.CMSGHDR_SIZE + 4 * (Sockets.MAX_FDS + 2);
      int control = scratch.reserve(size);
      scratch.putLong(header + Layout.MSGHDR_CONTROL, scratch.address(control));
      scratch.putLong(header + Layout.MSGHDR_CONTROLLEN, size);
      int length = Transfer.answer(RECVMSG, receive(scratch, header, socket, room, flags), socket);
      List<Fd> fds = length < 0 ? List.of() : takeRights(scratch, header, control);
      int cut = Sockets.MSG_TRUNC | Sockets.MSG_CTRUNC;
      if (length >= 0 && (scratch.getInt(header + Layout.MSGHDR_FLAGS) & cut) != 0) {
        fds.forEach(Fd::close);
        throw new ErrnoException("recvmsg", socket.toString(), Errno.EMSGSIZE);
      }
      return new Sockets.Received(length, fds);
    }
  }

  private static long receive(Scratch scratch, int header, Fd socket, ByteBuffer room, int flags) {
    int fd = socket.number();
    long all = flags | MSG_CMSG_CLOEXEC;
    return Transfer.in(
        room,
        true,
        (at, n) -> {
          putBytes(scratch, header, at, n);
          return RECVMSG.repeated(fd, scratch.address(header), all, 0, 0);
        });
  }

  private static void mayWait(String call, int flags) {
    if ((flags & Sockets.MSG_DONTWAIT) == 0) {
      Waiting.allowed(call);
    }
  }

  /** An empty msghdr with room for one iovec right behind it. */
  private static int header(Scratch scratch) {
    int header = scratch.reserve(Layout.MSGHDR_SIZE + Layout.IOVEC_SIZE);
    scratch.putLong(header + Layout.MSGHDR_IOV, scratch.address(header + Layout.MSGHDR_SIZE));
    return header;
  }

  private static void putBytes(Scratch scratch, int header, long address, long length) {
    scratch.putLong(header + Layout.MSGHDR_SIZE, address);
    scratch.putLong(header + Layout.MSGHDR_SIZE + 8, length);
    scratch.putLong(header + Layout.MSGHDR_IOVLEN, 1);
  }

  private static void putRights(Scratch scratch, int header, List<Fd> fds) {
    if (fds.isEmpty()) {
      return;
    }
    int length = Layout.CMSGHDR_SIZE + 4 * fds.size();
    int control = scratch.reserve((length + 7) & ~7);
    scratch.putLong(control, length);
    scratch.putInt(control + Layout.CMSGHDR_LEVEL, Sockets.SOL_SOCKET);
    scratch.putInt(control + Layout.CMSGHDR_TYPE, SCM_RIGHTS);
    for (int i = 0; i < fds.size(); i++) {
      scratch.putInt(control + Layout.CMSGHDR_SIZE + 4 * i, fds.get(i).number());
    }
    scratch.putLong(header + Layout.MSGHDR_CONTROL, scratch.address(control));
    scratch.putLong(header + Layout.MSGHDR_CONTROLLEN, (length + 7) & ~7);
  }

  /** Owns every descriptor the kernel put in, so that none is lost. */
  private static List<Fd> takeRights(Scratch scratch, int header, int control) {
    var fds = new ArrayList<Fd>();
    int end = control + (int) scratch.getLong(header + Layout.MSGHDR_CONTROLLEN);
    int at = control;
    while (at + Layout.CMSGHDR_SIZE <= end) {
      int length = (int) scratch.getLong(at);
      if (length < Layout.CMSGHDR_SIZE) {
        break;
      }
      if (scratch.getInt(at + Layout.CMSGHDR_LEVEL) == Sockets.SOL_SOCKET
          && scratch.getInt(at + Layout.CMSGHDR_TYPE) == SCM_RIGHTS) {
        for (int i = at + Layout.CMSGHDR_SIZE; i + 4 <= at + length; i += 4) {
          fds.add(Fd.owned(scratch.getInt(i)));
        }
      }
      at += (length + 7) & ~7;
    }
    return fds;
  }
}
