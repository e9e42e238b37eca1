package dev.berth.streaming.remotecommand;

import dev.berth.streaming.websocket.ChannelCodec;
import dev.berth.streaming.websocket.ChannelFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks remotecommand over WebSocket: messages whose first byte is the channel.
 * Stdin 0, stdout 1, stderr 2, error 3, resize 4; from v5 on 255 closes the channel named behind
 * it.
 */
public final class WebSocketRemote extends ChannelFrames implements RemoteClient {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final int RESIZE = 4;
  private static final int CLOSE = 255;

  private final StreamSet wanted;
  private final boolean closes;
  private final boolean structured;
  private final RemoteSession.Opener opener;
  private final TerminalSizes sizes = new TerminalSizes();
  private @Nullable RemoteSession session;
  private boolean stdinEnded;
  private boolean finished;

  /**
   * A client whose upgrade was answered.
   *
   * @param closes whether the protocol has the close signal (v5)
   * @param structured whether the error channel has a status (v4 and later)
   */
  public WebSocketRemote(
      StreamSet wanted,
      ChannelCodec codec,
      boolean closes,
      boolean structured,
      RemoteSession.Opener opener) {
    super(codec);
    this.wanted = wanted;
    this.closes = closes;
    this.structured = structured;
    this.opener = opener;
  }

  @Override
  protected void begin() {
    // older clients wait for a first, empty message as the sign that the streams stand
    for (int channel = STDOUT; channel <= ERROR; channel++) {
      if (has(channel)) {
        send(channel, Unpooled.EMPTY_BUFFER);
      }
    }
    session = opener.open(this);
  }

  private boolean has(int channel) {
    return switch (channel) {
      case STDIN -> wanted.stdin();
      case STDOUT -> wanted.stdout();
      case STDERR -> wanted.stderr();
      case ERROR -> true;
      case RESIZE -> wanted.tty();
      default -> false;
    };
  }

  @Override
  protected void content(int channel, ByteBuf bytes) {
    RemoteSession to = Objects.requireNonNull(session);
    if (channel == STDIN && wanted.stdin() && !stdinEnded) {
      if (bytes.isReadable()) {
        to.stdin(bytes.retainedSlice());
      }
    } else if (channel == RESIZE && wanted.tty()) {
      sizes.read(bytes, to::resize);
    } else if (channel == CLOSE
        && closes
        && bytes.isReadable()
        && bytes.readUnsignedByte() == STDIN) {
      stdinEnded = true;
      to.stdinEnded();
    }
  }

  @Override
  protected void gone() {
    if (session != null) {
      session.gone();
    }
  }

  @Override
  protected void writableAgain() {
    if (session != null) {
      session.writable();
    }
  }

  @Override
  public EventLoop loop() {
    return eventLoop();
  }

  @Override
  public void stdout(ByteBuf bytes) {
    output(STDOUT, bytes);
  }

  @Override
  public void stderr(ByteBuf bytes) {
    output(STDERR, bytes);
  }

  private void output(int channel, ByteBuf bytes) {
    if (finished || !has(channel) || !bytes.isReadable()) {
      bytes.release();
    } else {
      send(channel, bytes);
    }
  }

  @Override
  public boolean writable() {
    return takesMore();
  }

  @Override
  public void reading(boolean wantedNow) {
    if (!finished) {
      hold("stdin", !wantedNow);
    }
  }

  @Override
  public void finish(Outcome outcome) {
    if (!finished) {
      output(ERROR, Unpooled.wrappedBuffer(outcome.encode(structured)));
      finished = true;
      endGently();
    }
  }
}
