package dev.berth.streaming.remotecommand;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/**
 * The client of an exec or attach, whatever it speaks. On its event loop; after {@link
 * RemoteSession#gone} and after {@link #finish} everything is ignored.
 */
public interface RemoteClient {
  /** The thread that all of this happens on. */
  EventLoop loop();

  /** Sends output, which it takes over. */
  void stdout(ByteBuf bytes);

  /** Sends output, which it takes over. */
  void stderr(ByteBuf bytes);

  /** Whether it takes more now; {@link RemoteSession#writable} says when it does again. */
  boolean writable();

  /** Whether its input is wanted now. */
  void reading(boolean wanted);

  /** Ends all streams, says how it ended and closes the connection when everything is out. */
  void finish(Outcome outcome);
}
