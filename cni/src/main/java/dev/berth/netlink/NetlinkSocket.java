package dev.berth.netlink;

import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A netlink socket for exchanges with the kernel: a batch goes out in one send, and the kernel's
 * answers are read until each message has one.
 *
 * <p>The kernel works inside the send, so the answers are there when it returns; the receive
 * timeout only guards against an answer that was lost.
 *
 * <p>Threads: one exchange at a time; the socket does not lock.
 */
public final class NetlinkSocket implements AutoCloseable {
  private static final int NETLINK_CAP_ACK = 10;
  private static final int RECEIVE_BYTES = 64 * 1024;
  private static final int RECEIVE_QUEUE_BYTES = 1 << 20;
  private static final int DUMP_ATTEMPTS = 8;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  private final Sockets sockets;
  private final Fd fd;
  private final boolean owned;
  private final ByteBuffer room;
  private int nextSequence = 1;

  private NetlinkSocket(Sockets sockets, Fd fd, boolean owned, ByteBuffer room) {
    this.sockets = sockets;
    this.fd = fd;
    this.owned = owned;
    this.room = room;
  }

  /**
   * Opens a socket in the daemon's own network namespace.
   *
   * @param protocol {@link Sockets#NETLINK_ROUTE} or {@link Sockets#NETLINK_NETFILTER}
   * @throws ErrnoException as socket(2) and setsockopt(2)
   */
  public static NetlinkSocket open(Kernel kernel, int protocol) throws ErrnoException {
    Sockets sockets = kernel.sockets();
    Fd fd = sockets.socket(Sockets.AF_NETLINK, Sockets.SOCK_RAW, protocol);
    try {
      prepare(sockets, fd);
      sockets.option(fd, Sockets.SOL_NETLINK, Sockets.NETLINK_GET_STRICT_CHK, 1);
      growQueue(sockets, fd);
    } catch (ErrnoException e) {
      fd.close();
      throw e;
    }
    return new NetlinkSocket(sockets, fd, true, ByteBuffer.allocateDirect(RECEIVE_BYTES));
  }

  /**
   * Speaks on a socket that somebody else opened, in a pod's namespace for instance, and closes.
   *
   * @throws ErrnoException as setsockopt(2)
   */
  public static NetlinkSocket borrow(Kernel kernel, Fd fd) throws ErrnoException {
    prepare(kernel.sockets(), fd);
    return new NetlinkSocket(kernel.sockets(), fd, false, ByteBuffer.allocate(8 * 1024));
  }

  private static void prepare(Sockets sockets, Fd fd) throws ErrnoException {
    sockets.option(fd, Sockets.SOL_NETLINK, Sockets.NETLINK_EXT_ACK, 1);
    sockets.option(fd, Sockets.SOL_NETLINK, NETLINK_CAP_ACK, 1);
    sockets.timeouts(fd, ANSWER_TIMEOUT, ANSWER_TIMEOUT);
  }

  /** Room for the answers to a large batch; without the privilege the default must do. */
  private static void growQueue(Sockets sockets, Fd fd) throws ErrnoException {
    try {
      sockets.option(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, RECEIVE_QUEUE_BYTES);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EPERM)) {
        throw e;
      }
    }
  }

  /**
   * Sends a batch whose messages must all succeed.
   *
   * @throws NetlinkException the first message that was refused; further ones are suppressed
   * @throws IOException when the exchange itself failed
   */
  public void execute(NetlinkWriter batch) throws IOException {
    NetlinkException first = null;
    for (NetlinkException outcome : outcomes(batch)) {
      if (first == null) {
        first = outcome;
      } else if (outcome != null) {
        first.addSuppressed(outcome);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * Sends a batch and answers what became of each message.
   *
   * @return for each message null when it was done, or the refusal
   * @throws NetlinkException when an nfnetlink batch was refused as a whole
   * @throws IOException when the exchange itself failed
   */
  public List<@Nullable NetlinkException> outcomes(NetlinkWriter batch) throws IOException {
    return exchange(batch, Nlm.ACK).outcomes();
  }

  /**
   * Sends a batch of questions whose answers are single messages.
   *
   * @return the answers in order
   * @throws NetlinkException the first message that was refused
   * @throws IOException when the exchange itself failed
   */
  public List<NetlinkMessage> query(NetlinkWriter batch) throws IOException {
    Exchange exchange = exchange(batch, Nlm.ACK);
    for (NetlinkException outcome : exchange.outcomes()) {
      if (outcome != null) {
        throw outcome;
      }
    }
    return exchange.answers();
  }

  /**
   * Sends one message that asks for a list. A list that changed while it was read is asked for
   * again.
   *
   * @throws NetlinkException the request was refused, or the list never held still
   * @throws IOException when the exchange itself failed
   */
  public List<NetlinkMessage> dump(NetlinkWriter request) throws IOException {
    for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      Exchange exchange = exchange(request, Nlm.DUMP);
      NetlinkException outcome = exchange.outcomes().get(0);
      if (outcome != null) {
        throw outcome;
      }
      if (!exchange.interrupted()) {
        return exchange.answers();
      }
    }
    throw new NetlinkException(
        request.about(0), 0, Errno.EAGAIN, "interrupted " + DUMP_ATTEMPTS + " times");
  }

  private Exchange exchange(NetlinkWriter batch, int answerFlag) throws IOException {
    Exchange exchange = new Exchange(batch, nextSequence);
    batch.stamp(nextSequence, answerFlag);
    nextSequence += batch.messages();
    ByteBuffer bytes = batch.bytes();
    int length = bytes.remaining();
    if (sockets.send(fd, bytes, 0) != length) {
      throw new IOException(batch.about(0) + ": the kernel took no netlink message in time");
    }
    while (!exchange.done()) {
      for (NetlinkMessage message : receive(batch)) {
        exchange.take(message);
      }
    }
    return exchange;
  }

  private List<NetlinkMessage> receive(NetlinkWriter batch) throws IOException {
    room.clear();
    int length = sockets.receive(fd, room, Sockets.MSG_TRUNC);
    if (length <= 0) {
      throw new IOException(batch.about(0) + ": the kernel did not answer in time");
    }
    if (length > room.capacity()) {
      throw new IOException(batch.about(0) + ": an answer of " + length + " bytes was cut");
    }
    try {
      return NetlinkMessages.parse(room.flip());
    } catch (NetlinkFormatException e) {
      throw new IOException(batch.about(0) + ": the kernel's answer is malformed", e);
    }
  }

  @Override
  public void close() {
    if (owned) {
      fd.close();
    }
  }
}
