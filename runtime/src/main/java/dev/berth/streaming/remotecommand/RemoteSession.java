package dev.berth.streaming.remotecommand;

import io.netty.buffer.ByteBuf;

/** An exec or attach as its client sees it. Called on the client's event loop. */
public interface RemoteSession {

  /** Input, which it takes over. */
  void stdin(ByteBuf bytes);

  /** No more input comes. */
  void stdinEnded();

  /** The client's window has this size. */
  void resize(int columns, int rows);

  /** The client takes output again. */
  void writable();

  /** The client is gone; told at most once, also after the end. */
  void gone();

  /** Begins sessions. */
  @FunctionalInterface
  interface Opener {
    /** Begins one; it never fails here, but finishes the client with what went wrong. */
    RemoteSession open(RemoteClient client);
  }
}
