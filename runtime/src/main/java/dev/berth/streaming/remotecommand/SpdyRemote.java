package dev.berth.streaming.remotecommand;

import dev.berth.streaming.io.Endings;
import dev.berth.streaming.spdy.SpdyConnection;
import dev.berth.streaming.spdy.SpdyStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks remotecommand over SPDY, {@code channel.k8s.io} to {@code
 * v4.channel.k8s.io}: it opens a stream for each of error, stdin, stdout, stderr and resize, told
 * by the header {@code streamtype}, and the session begins when all are there.
 */
public final class SpdyRemote implements SpdyConnection.Application, RemoteClient {
  /** What may come on stdin before all streams are there. */
  private static final int EARLY_BYTES = 64 << 10;

  private enum Kind {
    ERROR,
    STDIN,
    STDOUT,
    STDERR,
    RESIZE
  }

  private final StreamSet wanted;
  private final int version;
  private final RemoteSession.Opener opener;
  private final Map<Kind, SpdyStream> streams = new EnumMap<>(Kind.class);
  private final TerminalSizes sizes = new TerminalSizes();
  private final List<ByteBuf> early = new ArrayList<>();
  private int earlyBytes;
  private boolean earlyEnd;
  private @Nullable SpdyConnection connection;
  private @Nullable RemoteSession session;
  private boolean finished;

  /**
   * A client that has not opened its streams yet.
   *
   * @param version of the protocol, 1 to 4
   */
  public SpdyRemote(StreamSet wanted, int version, RemoteSession.Opener opener) {
    this.wanted = wanted;
    this.version = version;
    this.opener = opener;
  }

  /** Whether all streams have come and the session has begun. */
  public boolean begun() {
    return session != null;
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
    Optional<Kind> kind = kind(headers.getOrDefault("streamtype", ""));
    if (kind.isEmpty() || streams.putIfAbsent(kind.get(), stream) != null) {
      return false;
    }
    stream.owner(owner(kind.get()));
    if (session == null && complete()) {
      begin();
    }
    return true;
  }

  private static Optional<Kind> kind(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private boolean complete() {
    return has(true, Kind.ERROR)
        && has(wanted.stdin(), Kind.STDIN)
        && has(wanted.stdout(), Kind.STDOUT)
        && has(wanted.stderr(), Kind.STDERR)
        && has(wanted.tty() && version >= 3, Kind.RESIZE);
  }

  private boolean has(boolean needed, Kind kind) {
    return !needed || streams.containsKey(kind);
  }

  private void begin() {
    RemoteSession begun = opener.open(this);
    session = begun;
    early.forEach(begun::stdin);
    early.clear();
    if (earlyEnd) {
      begun.stdinEnded();
    }
  }

  private SpdyStream.Owner owner(Kind kind) {
    return new SpdyStream.Owner() {
      @Override
      public void data(ByteBuf piece) {
        if (kind == Kind.STDIN) {
          stdin(piece.retain());
        } else if (kind == Kind.RESIZE) {
          sizes.read(piece, SpdyRemote.this::resize);
        }
      }

      @Override
      public void ended(boolean reset) {
        if (kind == Kind.STDIN) {
          stdinEnded();
        }
      }
    };
  }

  private void stdin(ByteBuf bytes) {
    if (session != null) {
      session.stdin(bytes);
      return;
    }
    early.add(bytes);
    earlyBytes += bytes.readableBytes();
    if (earlyBytes > EARLY_BYTES) {
      var _ = connection().context().close();
    }
  }

  private void stdinEnded() {
    if (session != null) {
      session.stdinEnded();
    } else {
      earlyEnd = true;
    }
  }

  private void resize(int columns, int rows) {
    if (session != null) {
      session.resize(columns, rows);
    }
  }

  @Override
  public void writable(boolean now) {
    if (now && session != null) {
      session.writable();
    }
  }

  @Override
  public void gone() {
    early.forEach(ByteBuf::release);
    early.clear();
    if (session != null) {
      session.gone();
    }
  }

  @Override
  public EventLoop loop() {
    return connection().context().channel().eventLoop();
  }

  @Override
  public void stdout(ByteBuf bytes) {
    send(Kind.STDOUT, bytes);
  }

  @Override
  public void stderr(ByteBuf bytes) {
    send(Kind.STDERR, bytes);
  }

  private void send(Kind kind, ByteBuf bytes) {
    SpdyStream stream = streams.get(kind);
    if (stream == null || finished) {
      bytes.release();
    } else {
      stream.write(bytes);
      connection().flush();
    }
  }

  @Override
  public boolean writable() {
    return connection().context().channel().isWritable();
  }

  @Override
  public void reading(boolean wantedNow) {
    if (!finished) {
      connection().backpressure().hold("stdin", !wantedNow);
    }
  }

  @Override
  public void finish(Outcome outcome) {
    if (finished) {
      return;
    }
    SpdyStream error = streams.get(Kind.ERROR);
    if (error != null) {
      error.write(Unpooled.wrappedBuffer(outcome.encode(version >= 4)));
    }
    finished = true;
    List.copyOf(streams.values()).forEach(SpdyStream::end);
    var context = connection().context();
    Endings.gently(context.channel(), context.writeAndFlush(Unpooled.EMPTY_BUFFER));
  }
}
