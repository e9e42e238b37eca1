package dev.berth.streaming.portforward;

import dev.berth.streaming.spdy.SpdyConnection;
import dev.berth.streaming.spdy.SpdyStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that forwards ports over SPDY ({@code portforward.k8s.io}): for every connection a pair
 * of streams with one {@code requestid}, {@code error} and {@code data}, and the {@code port}.
 */
public final class SpdyForward implements SpdyConnection.Application {
  private final Dialer dialer;
  private final Executor pool;
  private final Duration patience;
  private final Map<String, Pair> pairs = new HashMap<>();
  private @Nullable SpdyConnection connection;

  /**
   * A client without connections yet.
   *
   * @param pool where shims are waited for
   * @param patience how long one stream of a pair may wait for the other
   */
  public SpdyForward(Dialer dialer, Executor pool, Duration patience) {
    this.dialer = dialer;
    this.pool = pool;
    this.patience = patience;
  }

  @Override
  public void opened(SpdyConnection opened) {
    connection = opened;
  }

  private SpdyConnection connection() {
    return Objects.requireNonNull(connection);
  }

  @Override
  public boolean stream(SpdyStream stream, Map<String, String> headers) {
    String type = headers.getOrDefault("streamtype", "");
    int port = port(headers.getOrDefault("port", ""));
    boolean data = type.equals("data");
    if (port == 0 || !(data || type.equals("error"))) {
      return false;
    }
    // clients before 1.3 had no ids: their data stream is the one after the error stream
    String id = headers.getOrDefault("requestid", "#" + (data ? stream.id() - 2 : stream.id()));
    Pair pair = pairs.computeIfAbsent(id, key -> new Pair(key, port));
    return data ? pair.data(stream) : pair.error(stream);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port > 0 && port <= 65535 ? port : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public void writable(boolean now) {
    if (now) {
      List.copyOf(pairs.values()).forEach(Pair::writableAgain);
    }
  }

  @Override
  public void gone() {
    List.copyOf(pairs.values()).forEach(Pair::close);
    pairs.clear();
  }

  /** The two streams of one connection. */
  private final class Pair implements ForwardPeer {
    private final String id;
    private final int port;
    private final List<ByteBuf> early = new ArrayList<>();
    private @Nullable SpdyStream data;
    private @Nullable SpdyStream error;
    private @Nullable ForwardConnection forward;
    private boolean ended;

    Pair(String id, int port) {
      this.id = id;
      this.port = port;
      var _ = loop().schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void giveUp() {
      if (forward == null && pairs.remove(id, this)) {
        closed("the other stream of connection " + id + " did not come");
      }
    }

    boolean data(SpdyStream stream) {
      if (data != null) {
        return false;
      }
      data = stream;
      stream.owner(new DataSide());
      begin();
      return true;
    }

    boolean error(SpdyStream stream) {
      if (error != null) {
        return false;
      }
      error = stream;
      begin();
      return true;
    }

    private void begin() {
      if (data != null && error != null) {
        ForwardConnection begun = ForwardConnection.begin(this, port, dialer, pool);
        forward = begun;
        early.forEach(begun::data);
        early.clear();
        if (ended) {
          begun.peerEnded();
        }
      }
    }

    private final class DataSide implements SpdyStream.Owner {
      @Override
      public void data(ByteBuf piece) {
        if (forward != null) {
          forward.data(piece.retain());
        } else {
          early.add(piece.retain());
          reading(false);
        }
      }

      @Override
      public void ended(boolean reset) {
        ended = true;
        if (forward != null && !reset) {
          forward.peerEnded();
        } else if (reset) {
          closed("");
        }
      }
    }

    void writableAgain() {
      if (forward != null) {
        forward.writable();
      }
    }

    void close() {
      early.forEach(ByteBuf::release);
      early.clear();
      connection().backpressure().hold(this, false);
      if (forward != null) {
        forward.close();
      }
    }

    @Override
    public EventLoop loop() {
      return connection().context().channel().eventLoop();
    }

    @Override
    public void data(ByteBuf bytes) {
      Objects.requireNonNull(data).write(bytes);
      connection().flush();
    }

    /** The client reads its error stream to the end before it believes that all went well. */
    @Override
    public void ended() {
      Objects.requireNonNull(data).end();
      Objects.requireNonNull(error).end();
      connection().flush();
    }

    @Override
    public void closed(String problem) {
      pairs.remove(id, this);
      close();
      if (error != null) {
        error.write(Unpooled.copiedBuffer(problem, StandardCharsets.UTF_8));
        error.end();
      }
      if (data != null) {
        data.end();
      }
      connection().flush();
    }

    @Override
    public boolean writable() {
      return connection().context().channel().isWritable();
    }

    @Override
    public void reading(boolean wanted) {
      connection().backpressure().hold(this, !wanted);
    }
  }
}
