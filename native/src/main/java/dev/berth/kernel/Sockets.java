package dev.berth.kernel;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * Unix and netlink sockets (unix(7), netlink(7)).
 *
 * <p>Buffers may be direct or on the heap; positions move by the bytes transferred. Every call that
 * can wait throws {@code IllegalStateException} on a virtual thread. All throw {@link
 * ErrnoException} with the errnos of their man page.
 */
public interface Sockets {

  int AF_UNIX = 1;
  int AF_NETLINK = 16;
  int SOCK_STREAM = 1;
  int SOCK_DGRAM = 2;
  int SOCK_RAW = 3;
  int SOCK_SEQPACKET = 5;
  int SOCK_NONBLOCK = 04000;
  int NETLINK_ROUTE = 0;
  int NETLINK_NETFILTER = 12;

  int SOL_SOCKET = 1;
  int SOL_NETLINK = 270;
  int SO_SNDBUF = 7;
  int SO_RCVBUF = 8;
  int SO_PASSCRED = 16;
  int SO_SNDBUFFORCE = 32;
  int SO_RCVBUFFORCE = 33;
  int NETLINK_EXT_ACK = 11;
  int NETLINK_GET_STRICT_CHK = 12;

  int MSG_PEEK = 0x02;
  int MSG_CTRUNC = 0x08;
  int MSG_TRUNC = 0x20;
  int MSG_DONTWAIT = 0x40;
  int MSG_NOSIGNAL = 0x4000;

  int POLLIN = 1;
  int POLLOUT = 4;
  int POLLERR = 8;
  int POLLHUP = 16;

  /** The most descriptors one message may carry. The kernel's own limit is 253. */
  int MAX_FDS = 200;

  /** Makes a socket (socket(2)); SOCK_CLOEXEC is always added. */
  Fd socket(int domain, int type, int protocol) throws ErrnoException;

  /** Makes two connected sockets (socketpair(2)); SOCK_CLOEXEC is always added. */
  Pair socketpair(int domain, int type) throws ErrnoException;

  /** Two sockets connected with each other. */
  record Pair(Fd left, Fd right) implements AutoCloseable {
    @Override
    public void close() {
      left.close();
      right.close();
    }
  }

  /**
   * Binds a unix socket to a path (bind(2)). A path longer than 107 bytes is reached through its
   * directory's descriptor.
   */
  void bindUnix(Fd socket, String path) throws ErrnoException;

  /** Connects a unix socket to a path; paths of any length as in {@link #bindUnix}. */
  void connectUnix(Fd socket, String path) throws ErrnoException;

  /** Binds a netlink socket (netlink(7)); port 0 lets the kernel choose. */
  void bindNetlink(Fd socket, int port, int groups) throws ErrnoException;

  /** The port a netlink socket is bound to (getsockname(2)). */
  int netlinkPort(Fd socket) throws ErrnoException;

  /** Begins to listen (listen(2)). */
  void listen(Fd socket, int backlog) throws ErrnoException;

  /**
   * Accepts a connection (accept4(2)); flags 0 or SOCK_NONBLOCK.
   *
   * @throws ErrnoException EAGAIN among others when a non-blocking socket has none
   */
  Fd accept(Fd socket, int flags) throws ErrnoException;

  /** Shuts down sending, receiving or both (shutdown(2)): 0 receiving, 1 sending, 2 both. */
  void shutdown(Fd socket, int how) throws ErrnoException;

  /** Sets an option that takes an int (setsockopt(2)). */
  void option(Fd socket, int level, int name, int value) throws ErrnoException;

  /** Sets SO_RCVTIMEO and SO_SNDTIMEO; zero means no limit. */
  void timeouts(Fd socket, Duration receive, Duration send) throws ErrnoException;

  /**
   * Sends the buffer as one message (sendto(2)), MSG_NOSIGNAL added.
   *
   * @return bytes sent or {@link FileIo#WOULD_BLOCK}
   */
  int send(Fd socket, ByteBuffer message, int flags) throws ErrnoException;

  /**
   * Receives one message (recvfrom(2)).
   *
   * @return bytes received, 0 when the peer is gone, {@link FileIo#WOULD_BLOCK} when there is none
   *     or the socket's timeout passed; with MSG_TRUNC in flags the message's whole length
   */
  int receive(Fd socket, ByteBuffer room, int flags) throws ErrnoException;

  /**
   * Sends one message with descriptors (sendmsg(2), SCM_RIGHTS), MSG_NOSIGNAL added. The
   * descriptors stay the caller's.
   *
   * @param fds at most {@link #MAX_FDS}
   * @return bytes sent or {@link FileIo#WOULD_BLOCK}
   */
  int sendWithFds(Fd socket, ByteBuffer message, List<Fd> fds, int flags) throws ErrnoException;

  /**
   * Receives one message with descriptors (recvmsg(2), MSG_CMSG_CLOEXEC). Every descriptor of the
   * answer is the caller's to close. When the message or its descriptors did not fit, the
   * descriptors that came are closed here and the call fails with EMSGSIZE.
   */
  Received receiveWithFds(Fd socket, ByteBuffer room, int flags) throws ErrnoException;

  /**
   * One message.
   *
   * @param length bytes; 0 when the peer is gone, {@link FileIo#WOULD_BLOCK} when there is none
   * @param fds the descriptors that came with it, owned by the receiver
   */
  record Received(int length, List<Fd> fds) {}

  /** Who is on the other side, as of connect time (SO_PEERCRED). */
  Credentials peerCredentials(Fd socket) throws ErrnoException;

  /** A process and its user. */
  record Credentials(int pid, int uid, int gid) {}

  /** An error pending on the socket, 0 for none (SO_ERROR); reading takes it. */
  int pendingError(Fd socket) throws ErrnoException;

  /**
   * Waits for one descriptor (poll(2)).
   *
   * @param events POLL flags to wait for
   * @param timeout zero only looks
   * @return what is the case now; 0 when the time passed
   */
  int poll(Fd fd, int events, Duration timeout) throws ErrnoException;
}
