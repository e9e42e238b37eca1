package dev.berth.shim;

import dev.berth.kernel.Epoll;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Sockets;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that reads every shim's socket. It alone closes them. */
final class ShimLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShimLoop.class);
  private static final long STOP = 0;

  private final Kernel kernel;
  private final Epoll epoll;
  private final Fd stop;
  private final Thread thread;
  private final Map<Long, ShimLine> lines = new ConcurrentHashMap<>();
  private final AtomicLong lastToken = new AtomicLong();
  private final ByteBuffer room = ByteBuffer.allocateDirect(Wire.MAX);
  private volatile boolean stopped;

  ShimLoop(Kernel kernel) throws ErrnoException {
    this.kernel = kernel;
    this.epoll = kernel.epoll();
    this.stop = kernel.io().eventfd(0);
    epoll.add(stop, Epoll.EPOLLIN, STOP);
    this.thread = Thread.ofPlatform().daemon().name("shims").start(this::run);
  }

  void add(ShimLine line) throws ErrnoException {
    long token = lastToken.incrementAndGet();
    lines.put(token, line);
    try {
      epoll.add(line.socket(), Epoll.EPOLLIN, token);
    } catch (ErrnoException e) {
      lines.remove(token);
      throw e;
    }
  }

  private void run() {
    while (!stopped) {
      try {
        epoll.await(Duration.ofSeconds(-1), (token, events) -> ready(token));
      } catch (ErrnoException e) {
        LOG.error("waiting for shims failed", e);
        return;
      }
    }
    lines.keySet().forEach(this::drop);
    epoll.close();
  }

  private void ready(long token) {
    ShimLine line = lines.get(token);
    if (line == null) {
      return;
    }
    try {
      if (!readOne(line)) {
        drop(token);
      }
    } catch (ErrnoException | BufferUnderflowException | IllegalArgumentException e) {
      LOG.warn("line to the shim of pod {} broke", line.podId(), e);
      drop(token);
    }
  }

  private boolean readOne(ShimLine line) throws ErrnoException {
    room.clear();
    Sockets.Received received =
        kernel.sockets().receiveWithFds(line.socket(), room, Sockets.MSG_DONTWAIT);
    if (received.length() == FileIo.WOULD_BLOCK) {
      return true;
    }
    if (!Wire.isMessage(received.length())) {
      received.fds().forEach(Fd::close);
      return false;
    }
    line.received(Wire.read(room.flip(), received.fds()));
    return true;
  }

  private void drop(long token) {
    ShimLine line = lines.remove(token);
    if (line == null) {
      return;
    }
    try {
      epoll.remove(line.socket());
    } catch (ErrnoException e) {
      LOG.warn("forgetting the shim of pod {} failed", line.podId(), e);
    }
    line.broken();
  }

  @Override
  public void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    try {
      ByteBuffer one = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
      one.putLong(0, 1);
      kernel.io().writeAll(stop, one);
      thread.join(Duration.ofSeconds(5));
      stop.close();
    } catch (ErrnoException e) {
      LOG.warn("stopping the shim thread failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
