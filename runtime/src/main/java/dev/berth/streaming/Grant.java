package dev.berth.streaming;

import dev.berth.streaming.portforward.Dialer;
import dev.berth.streaming.remotecommand.RemoteSession;
import dev.berth.streaming.remotecommand.StreamSet;
import java.util.List;

/** What the holder of a token may do, once. */
sealed interface Grant {

  /** The word in the URL. */
  String word();

  /** Speak with a process. */
  record Remote(String word, StreamSet streams, RemoteSession.Opener opener) implements Grant {}

  /**
   * Connect to ports of a pod.
   *
   * @param ports those that were asked for when the token was made; over WebSocket only these
   */
  record Forward(List<Integer> ports, Dialer dialer) implements Grant {
    @Override
    public String word() {
      return "portforward";
    }
  }
}
