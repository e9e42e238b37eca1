package dev.berth.netlink;

import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Sockets;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Tells when the kernel announced something to a multicast group: that, not what. Who is told looks
 * for himself, so an announcement that was lost costs nothing.
 *
 * <p>Threads: one at a time; close it after the last wait.
 */
public final class NetlinkEvents implements AutoCloseable {
  private final Sockets sockets;
  private final Fd fd;
  private final ByteBuffer room = ByteBuffer.allocateDirect(8 * 1024);

  private NetlinkEvents(Sockets sockets, Fd fd) {
    this.sockets = sockets;
    this.fd = fd;
  }

  /**
   * Joins a group.
   *
   * @param protocol {@link Sockets#NETLINK_ROUTE} or {@link Sockets#NETLINK_NETFILTER}
   * @param group the group's number, 1 to 32
   * @throws ErrnoException as socket(2) and bind(2)
   */
  public static NetlinkEvents join(Kernel kernel, int protocol, int group) throws ErrnoException {
    Sockets sockets = kernel.sockets();
    int type = Sockets.SOCK_RAW | Sockets.SOCK_NONBLOCK;
    Fd fd = sockets.socket(Sockets.AF_NETLINK, type, protocol);
    try {
      sockets.bindNetlink(fd, 0, 1 << (group - 1));
    } catch (ErrnoException e) {
      fd.close();
      throw e;
    }
    return new NetlinkEvents(sockets, fd);
  }

  /**
   * Waits for an announcement and forgets all that came by then.
   *
   * @return false when none came in time
   * @throws ErrnoException as poll(2) and recv(2)
   */
  public boolean await(Duration timeout) throws ErrnoException {
    if (sockets.poll(fd, Sockets.POLLIN, timeout) == 0) {
      return false;
    }
    boolean more = true;
    while (more) {
      more = takeOne();
    }
    return true;
  }

  private boolean takeOne() throws ErrnoException {
    room.clear();
    try {
      return sockets.receive(fd, room, Sockets.MSG_DONTWAIT) != FileIo.WOULD_BLOCK;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOBUFS)) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
