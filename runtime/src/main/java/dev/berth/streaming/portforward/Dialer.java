package dev.berth.streaming.portforward;

import dev.berth.kernel.Fd;
import java.util.List;

/** Where a pod's ports are reached from. */
@FunctionalInterface
public interface Dialer {
  /**
   * Sockets inside the pod's network, not connected and not blocking: IPv4 first, then maybe IPv6.
   * May wait for the pod's shim.
   *
   * @throws Exception there are none; the message is for the client
   */
  List<Fd> sockets() throws Exception;
}
