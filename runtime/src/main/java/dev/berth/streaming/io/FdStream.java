package dev.berth.streaming.io;

import dev.berth.kernel.Fd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A pipe, a terminal's master or a socket on the event loop of the client that it is for.
 *
 * <p>The descriptor is watched edge-triggered, so that one whose other side hung up costs nothing
 * while nobody wants to read. Reading goes on until the kernel has no more, the owner {@linkplain
 * #reading(boolean) pauses} it, or a fair share is used up. What the kernel does not take of a
 * write waits in a queue; {@link #writable} tells whether it is short, and the owner stops its
 * source until {@link Owner#drained}.
 *
 * <p>Everything happens on the event loop's thread. Owners close what they open.
 */
public final class FdStream implements EpollIoHandle {
  /** Bytes waiting to be written beyond which the owner should stop. */
  static final int QUEUE_BYTES = 64 << 10;

  private static final int READ_BYTES = 32 << 10;
  private static final int READS_A_TURN = 16;
  private static final EpollIoOps OPS = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT);

  /** Hears of a stream. */
  public interface Owner {
    /** Bytes were read; they are the owner's to release. */
    void data(ByteBuf bytes);

    /** Nothing more comes: the end of the file, or the error that stands for it. Told once. */
    void ended(@Nullable IOException error);

    /** All that was written is with the kernel, or can never be. */
    default void drained() {}

    /** A socket's connection stands, or why it does not. */
    default void connected(@Nullable IOException error) {}
  }

  private final EventLoop loop;
  private final FileDescriptor fd;
  private final Owner owner;
  private final Deque<ByteBuf> queue = new ArrayDeque<>();
  private @Nullable IoRegistration registration;
  private long queued;
  private boolean reading;
  private boolean connecting;
  private boolean inputEnded;
  private boolean outputEnding;
  private boolean outputGone;
  private boolean closed;

  private FdStream(EventLoop loop, FileDescriptor fd, Owner owner) {
    this.loop = loop;
    this.fd = fd;
    this.owner = owner;
  }

  /**
   * Takes a descriptor over. Reading begins with {@link #reading}.
   *
   * @param loop an epoll event loop; the caller is on its thread
   * @param fd not blocking; this stream's from now on
   * @param socket whether it is a socket, whose half-close is a shutdown
   * @throws IOException it cannot be watched; the descriptor is closed
   */
  public static FdStream open(EventLoop loop, Fd fd, boolean socket, Owner owner)
      throws IOException {
    int number = fd.release();
    FdStream stream =
        new FdStream(loop, socket ? new Socket(number) : new FileDescriptor(number), owner);
    var registering = ((IoEventLoop) loop).register(stream);
    if (!registering.isSuccess()) {
      stream.close();
      throw new IOException("watch a stream", registering.cause());
    }
    stream.registration = registering.getNow();
    stream.registration.submit(OPS.with(EpollIoOps.EPOLLET));
    return stream;
  }

  @Override
  public FileDescriptor fd() {
    return fd;
  }

  /** The descriptor's number, for a call that does not close it. */
  public Fd borrowed() {
    return Fd.borrowed(fd.intValue());
  }

  @Override
  public void handle(IoRegistration from, IoEvent event) {
    EpollIoOps ops = ((EpollIoEvent) event).ops();
    boolean failed = ops.contains(EpollIoOps.EPOLLERR);
    if (connecting && (failed || ops.contains(EpollIoOps.EPOLLOUT))) {
      finishConnect();
    }
    if (failed || ops.contains(EpollIoOps.EPOLLOUT)) {
      flush();
    }
    readTurn();
  }

  /** Begins to connect a socket; the owner is told how it went. */
  public void connect(java.net.SocketAddress address) {
    connecting = true;
    try {
      if (((Socket) fd).connect(address)) {
        connecting = false;
        owner.connected(null);
      }
    } catch (IOException e) {
      connecting = false;
      owner.connected(e);
    }
  }

  private void finishConnect() {
    try {
      if (!((Socket) fd).finishConnect()) {
        return;
      }
      connecting = false;
      owner.connected(null);
    } catch (IOException e) {
      connecting = false;
      owner.connected(e);
    }
  }

  /** Whether input is wanted. What the kernel has is read on a turn of its own. */
  public void reading(boolean wanted) {
    boolean begins = wanted && !reading;
    reading = wanted;
    if (begins) {
      loop.execute(this::readTurn);
    }
  }

  private void readTurn() {
    for (int i = 0; i < READS_A_TURN; i++) {
      if (!reading || inputEnded || closed || connecting || !readOnce()) {
        return;
      }
    }
    loop.execute(this::readTurn);
  }

  /** Reads once; false when the kernel has nothing now or nothing more. */
  private boolean readOnce() {
    ByteBuf room = ByteBufAllocator.DEFAULT.directBuffer(READ_BYTES);
    try {
      ByteBuffer nio = room.internalNioBuffer(0, READ_BYTES);
      int start = nio.position();
      int n = fd.read(nio, start, start + READ_BYTES);
      if (n > 0) {
        room.writerIndex(n);
        owner.data(room.retain());
        return true;
      }
      if (n < 0) {
        endInput(null);
      }
      return false;
    } catch (IOException e) {
      endInput(e);
      return false;
    } finally {
      room.release();
    }
  }

  private void endInput(@Nullable IOException error) {
    if (!inputEnded) {
      inputEnded = true;
      owner.ended(error);
    }
  }

  /** Whether more may be written now. */
  public boolean writable() {
    return queued < QUEUE_BYTES;
  }

  /** Whether all that was written is with the kernel. */
  public boolean flushed() {
    return queue.isEmpty();
  }

  /** Writes, now or later, and releases. After the other side is gone it only releases. */
  public void write(ByteBuf bytes) {
    if (outputGone || outputEnding || closed) {
      bytes.release();
      return;
    }
    ByteBuf direct = direct(bytes);
    queued += direct.readableBytes();
    queue.add(direct);
    if (queue.size() == 1) {
      flush();
    }
  }

  private static ByteBuf direct(ByteBuf bytes) {
    if (bytes.isDirect() && bytes.nioBufferCount() == 1) {
      return bytes;
    }
    ByteBuf copy = ByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes());
    copy.writeBytes(bytes);
    bytes.release();
    return copy;
  }

  private void flush() {
    boolean had = queued > 0;
    while (!queue.isEmpty() && !closed && !connecting) {
      ByteBuf first = queue.getFirst();
      if (first.isReadable() && !writeOnce(first)) {
        return;
      }
      if (!first.isReadable()) {
        queue.removeFirst().release();
      }
    }
    if (queue.isEmpty() && outputEnding) {
      shutOutput();
    }
    if (had && queue.isEmpty()) {
      owner.drained();
    }
  }

  /** Writes once; false when the kernel takes no more now. */
  private boolean writeOnce(ByteBuf first) {
    int readable = first.readableBytes();
    ByteBuffer nio = first.nioBuffer(first.readerIndex(), readable);
    try {
      int n = fd.write(nio, nio.position(), nio.limit());
      first.skipBytes(n);
      queued -= n;
      return n > 0;
    } catch (IOException e) {
      // nobody reads any more: what is written is lost, as in a shell's pipe
      outputGone = true;
      dropQueue();
      return true;
    }
  }

  private void dropQueue() {
    queue.forEach(ByteBuf::release);
    queue.clear();
    queued = 0;
  }

  /** No more is written: a socket is shut down for sending, a pipe closed, when all is out. */
  public void endOutput() {
    outputEnding = true;
    if (queue.isEmpty()) {
      shutOutput();
    }
  }

  private void shutOutput() {
    outputGone = true;
    if (fd instanceof Socket socket) {
      try {
        socket.shutdown(false, true);
      } catch (IOException e) {
        // the peer was faster
        outputGone = true;
      }
    } else {
      close();
    }
  }

  /** Whether it is closed. */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    dropQueue();
    if (registration != null) {
      registration.cancel();
    }
    try {
      fd.close();
    } catch (IOException e) {
      // close(2) gives the number back whatever it says
      outputGone = true;
    }
  }
}
