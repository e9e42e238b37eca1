package dev.berth.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keys of the servers: the one of the CRI and the one that streams. */
final class ServerKeys {
  static final Key<Integer> RPC_THREADS =
      Key.ofInt(
          "rpc.threads",
          4,
          1024,
          "32",
          "How many requests that change something (run, create, start, stop, pull, exec …) are"
              + " worked on at once; the others wait. Version, Status and the List calls have"
              + " threads of their own.");

  static final Key<InetAddress> STREAMING_ADDRESS =
      Key.ofString(
          "streaming.address",
          "an IP address",
          "\"127.0.0.1\"",
          "Where exec, attach and port-forward are streamed from, and what the URLs name. The"
              + " kubelet connects to it from the same machine.",
          ServerKeys::address);

  static final Key<Integer> STREAMING_PORT =
      Key.ofInt("streaming.port", 0, 65535, "0", "The port of it; 0 takes a free one.");

  static final Key<Integer> STREAMING_IDLE_TIMEOUT =
      Key.ofInt(
          "streaming.idle_timeout_seconds",
          1,
          7 * 24 * 60 * 60,
          "14400",
          "After how long without a byte in either direction a streaming connection is closed.");

  static final Key<Integer> STREAMING_CREATION_TIMEOUT =
      Key.ofInt(
          "streaming.creation_timeout_seconds",
          1,
          3600,
          "30",
          "How long a client may take to send its request and to open its streams.");

  static final Key<Optional<Path>> STREAMING_TLS_CERT =
      Key.ofString(
          "streaming.tls_cert",
          "an absolute path, or \"\"",
          "\"\"",
          "Certificate chain of the streaming server, in PEM; with it the URLs are https. Read anew"
              + " when the file changes.",
          Values::optionalPath);

  static final Key<Optional<Path>> STREAMING_TLS_KEY =
      Key.ofString(
          "streaming.tls_key",
          "an absolute path, or \"\"",
          "\"\"",
          "The certificate's key, in PEM (PKCS#8). Read anew when the file changes.",
          Values::optionalPath);

  static final Key<String> STREAMING_TLS_MIN_VERSION =
      Key.ofString(
          "streaming.tls_min_version",
          "\"1.2\" or \"1.3\"",
          "\"1.2\"",
          "The lowest version of TLS that the streaming server speaks.",
          ServerKeys::tlsVersion);

  /** In the order of the documentation. */
  static final List<Key<?>> ALL =
      List.of(
          RPC_THREADS,
          STREAMING_ADDRESS,
          STREAMING_PORT,
          STREAMING_IDLE_TIMEOUT,
          STREAMING_CREATION_TIMEOUT,
          STREAMING_TLS_CERT,
          STREAMING_TLS_KEY,
          STREAMING_TLS_MIN_VERSION);

  private ServerKeys() {}

  private static InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is no address, and names are not looked up", e);
    }
  }

  private static String tlsVersion(String text) {
    if (!text.equals("1.2") && !text.equals("1.3")) {
      throw new IllegalArgumentException("there is no such choice");
    }
    return text;
  }
}
