package dev.berth.streaming.spdy;

import io.netty.buffer.ByteBuf;

/** One stream that the peer has opened. On its connection's event loop. */
public final class SpdyStream {

  /** Hears of a stream. */
  public interface Owner {
    /** A piece of data, a slice that lives as long as the call. */
    void data(ByteBuf piece);

    /** The peer sends nothing more on it, or has given the whole stream up. */
    void ended(boolean reset);
  }

  private final SpdyConnection connection;
  private final int id;
  private Owner owner = NOBODY;
  private boolean remoteEnded;
  private boolean localEnded;

  private static final Owner NOBODY =
      new Owner() {
        @Override
        public void data(ByteBuf piece) {}

        @Override
        public void ended(boolean reset) {}
      };

  SpdyStream(SpdyConnection connection, int id) {
    this.connection = connection;
    this.id = id;
  }

  /** The stream's number. */
  public int id() {
    return id;
  }

  /** Sets who hears of it; without one, what comes is dropped. */
  public void owner(Owner next) {
    owner = next;
  }

  Owner owner() {
    return owner;
  }

  /** Sends bytes, which it takes over. */
  public void write(ByteBuf bytes) {
    if (localEnded || !bytes.isReadable()) {
      bytes.release();
    } else {
      connection.send(Frames.data(id, bytes));
    }
  }

  /** Sends nothing more. Twice: no error. */
  public void end() {
    if (!localEnded) {
      localEnded = true;
      connection.send(Frames.end(id));
      forgetWhenOver();
    }
  }

  /** Gives the stream up. Twice, or after both sides have ended: no error. */
  public void reset() {
    if (!localEnded || !remoteEnded) {
      localEnded = true;
      remoteEnded = true;
      connection.send(Frames.reset(id, Frames.RST_CANCEL));
      connection.forget(id);
    }
  }

  void remoteEnd(boolean reset) {
    if (remoteEnded) {
      return;
    }
    remoteEnded = true;
    localEnded |= reset;
    owner.ended(reset);
    forgetWhenOver();
  }

  boolean remoteHasEnded() {
    return remoteEnded;
  }

  private void forgetWhenOver() {
    if (remoteEnded && localEnded) {
      connection.forget(id);
    }
  }
}
