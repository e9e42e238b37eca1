package dev.berth.streaming.portforward;

import dev.berth.kernel.Fd;
import dev.berth.streaming.io.FdStream;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a port inside a pod: IPv4 loopback, and IPv6 where that is refused. Each side
 * can end on its own; a broken side ends both. Bytes that the slower side does not take are not
 * read from the faster one.
 */
final class ForwardConnection {
  private static final InetAddress[] LOOPBACK = {
    InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")
  };

  private final ForwardPeer peer;
  private final int port;
  private final Deque<Fd> untried = new ArrayDeque<>();
  private final List<ByteBuf> waiting = new ArrayList<>();
  private int tried;
  private @Nullable FdStream stream;
  private boolean connected;
  private boolean peerEnded;
  private boolean podEnded;
  private boolean over;

  private ForwardConnection(ForwardPeer peer, int port) {
    this.peer = peer;
    this.port = port;
  }

  /** Begins to connect. */
  static ForwardConnection begin(ForwardPeer peer, int port, Dialer dialer, Executor pool) {
    ForwardConnection connection = new ForwardConnection(peer, port);
    peer.reading(false);
    try {
      pool.execute(() -> connection.open(dialer));
    } catch (RejectedExecutionException e) {
      connection.fail("too many connections are being opened");
    }
    return connection;
  }

  private void open(Dialer dialer) {
    try {
      List<Fd> sockets = dialer.sockets();
      peer.loop().execute(() -> opened(sockets));
    } catch (Exception e) {
      peer.loop().execute(() -> fail(String.valueOf(e.getMessage())));
    }
  }

  private void opened(List<Fd> sockets) {
    untried.addAll(sockets);
    if (over) {
      closeUntried();
    } else {
      tryNext(new IOException("no socket"));
    }
  }

  private void tryNext(IOException before) {
    if (untried.isEmpty()) {
      fail(String.valueOf(before.getMessage()));
      return;
    }
    try {
      InetAddress address = LOOPBACK[tried++];
      FdStream next = FdStream.open(peer.loop(), untried.removeFirst(), true, new PodSide());
      stream = next;
      next.connect(new InetSocketAddress(address, port));
    } catch (IOException e) {
      tryNext(e);
    }
  }

  /** What the pod's socket does. */
  private final class PodSide implements FdStream.Owner {
    @Override
    public void connected(@Nullable IOException error) {
      if (over) {
        return;
      }
      if (error != null) {
        // not from within the stream's own event
        peer.loop().execute(() -> retry(error));
      } else {
        begin();
      }
    }

    @Override
    public void data(ByteBuf bytes) {
      peer.data(bytes);
      if (!peer.writable()) {
        reading(false);
      }
    }

    @Override
    public void ended(@Nullable IOException error) {
      if (error != null) {
        fail("connection to the pod broke: " + error.getMessage());
        return;
      }
      podEnded = true;
      peer.ended();
      endWhenBothDid();
    }

    @Override
    public void drained() {
      if (!over) {
        peer.reading(true);
        endWhenBothDid();
      }
    }
  }

  private void retry(IOException error) {
    if (stream != null) {
      stream.close();
    }
    if (!over) {
      tryNext(error);
    }
  }

  private void begin() {
    connected = true;
    closeUntried();
    List<ByteBuf> early = List.copyOf(waiting);
    waiting.clear();
    peer.reading(true);
    early.forEach(this::data);
    if (peerEnded) {
      peerEnded();
    }
    reading(peer.writable());
  }

  private void reading(boolean wanted) {
    if (stream != null && connected) {
      stream.reading(wanted);
    }
  }

  /** Bytes of the client, which it takes over. */
  void data(ByteBuf bytes) {
    if (over) {
      bytes.release();
    } else if (!connected || stream == null) {
      waiting.add(bytes);
    } else {
      stream.write(bytes);
      peer.reading(stream.writable());
    }
  }

  /** The client sends nothing more. */
  void peerEnded() {
    peerEnded = true;
    if (connected && stream != null) {
      stream.endOutput();
      endWhenBothDid();
    }
  }

  /** The client takes more again. */
  void writable() {
    reading(peer.writable());
  }

  private void endWhenBothDid() {
    if (peerEnded && podEnded && stream != null && stream.flushed()) {
      fail("");
    }
  }

  private void fail(String problem) {
    if (!over) {
      close();
      peer.reading(true);
      peer.closed(problem);
    }
  }

  /** The client is gone, or has given the connection up. */
  void close() {
    over = true;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    closeUntried();
    if (stream != null) {
      stream.close();
    }
  }

  private void closeUntried() {
    untried.forEach(Fd::close);
    untried.clear();
  }
}
