package dev.berth.streaming;

import dev.berth.streaming.UpgradeRequest.Transport;
import dev.berth.streaming.websocket.ChannelCodec;
import java.util.List;
import java.util.Optional;

/**
 * A protocol that is spoken after the upgrade. Its name is as it is negotiated, empty for a
 * WebSocket client that names none.
 */
sealed interface Protocol {
  String name();

  /** Remotecommand over SPDY, version 1 to 4. */
  record SpdyRemoteCommand(String name, int version) implements Protocol {}

  /**
   * Remotecommand over WebSocket.
   *
   * @param closes whether there is a close signal
   * @param structured whether the error channel has a status
   */
  record ChannelRemoteCommand(String name, ChannelCodec codec, boolean closes, boolean structured)
      implements Protocol {}

  /** Port forwarding over SPDY. */
  record SpdyPorts(String name) implements Protocol {}

  /** The same inside a WebSocket. */
  record TunnelledPorts(String name) implements Protocol {}

  /** Port forwarding over WebSocket channels. */
  record ChannelPorts(String name, ChannelCodec codec) implements Protocol {}

  List<Protocol> REMOTE_SPDY =
      List.of(
          new SpdyRemoteCommand("v4.channel.k8s.io", 4),
          new SpdyRemoteCommand("v3.channel.k8s.io", 3),
          new SpdyRemoteCommand("v2.channel.k8s.io", 2),
          new SpdyRemoteCommand("channel.k8s.io", 1));

  List<Protocol> REMOTE_WEBSOCKET =
      List.of(
          new ChannelRemoteCommand("v5.channel.k8s.io", ChannelCodec.BINARY, true, true),
          new ChannelRemoteCommand("v4.channel.k8s.io", ChannelCodec.BINARY, false, true),
          new ChannelRemoteCommand("v4.base64.channel.k8s.io", ChannelCodec.BASE64, false, true),
          new ChannelRemoteCommand("channel.k8s.io", ChannelCodec.BINARY, false, false),
          new ChannelRemoteCommand("base64.channel.k8s.io", ChannelCodec.BASE64, false, false),
          new ChannelRemoteCommand("", ChannelCodec.BINARY, false, false));

  List<Protocol> PORTS_SPDY = List.of(new SpdyPorts("portforward.k8s.io"));

  List<Protocol> PORTS_WEBSOCKET =
      List.of(
          new TunnelledPorts("SPDY/3.1+portforward.k8s.io"),
          new ChannelPorts("v4.channel.k8s.io", ChannelCodec.BINARY),
          new ChannelPorts("v4.base64.channel.k8s.io", ChannelCodec.BASE64),
          new ChannelPorts("", ChannelCodec.BINARY));

  /** What is spoken for a grant over a transport. */
  static List<Protocol> spoken(Grant grant, Transport transport) {
    boolean spdy = transport == Transport.SPDY;
    return switch (grant) {
      case Grant.Remote _ -> spdy ? REMOTE_SPDY : REMOTE_WEBSOCKET;
      case Grant.Forward _ -> spdy ? PORTS_SPDY : PORTS_WEBSOCKET;
    };
  }

  /**
   * The first of the client's protocols that is spoken; of a client that names none, the one
   * without a name.
   */
  static Optional<Protocol> choose(List<Protocol> spoken, List<String> offered) {
    List<String> wishes = offered.isEmpty() ? List.of("") : offered;
    return wishes.stream()
        .flatMap(wish -> spoken.stream().filter(p -> p.name().equals(wish)))
        .findFirst();
  }
}
