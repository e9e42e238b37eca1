package dev.berth.streaming.portforward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/** The client's side of one forwarded connection. On its event loop. */
public interface ForwardPeer {
  EventLoop loop();

  /** Sends bytes of the pod, which it takes over. */
  void data(ByteBuf bytes);

  /** The pod sends nothing more. */
  void ended();

  /** The connection is over, or never came about; the message, maybe empty, is for people. */
  void closed(String problem);

  boolean writable();

  /** Whether this connection can take more from the client now. */
  void reading(boolean wanted);
}
