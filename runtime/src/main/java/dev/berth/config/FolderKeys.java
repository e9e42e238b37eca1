package dev.berth.config;

import java.nio.file.Path;
import java.util.List;

/** Keys of where the daemon keeps things and listens. */
final class FolderKeys {
  static final Key<Path> ROOT =
      Key.ofString(
          "root",
          "an absolute path",
          "\"/var/lib/berth\"",
          "Directory on disk for images, the containers' writable layers and the journal. Only one"
              + " daemon at a time may use it. Made with mode 0700 when it is missing.",
          Values::absolute);

  static final Key<Path> STATE =
      Key.ofString(
          "state",
          "an absolute path",
          "\"/run/berth\"",
          "Directory for what must not survive a reboot: the sockets of running pods and the files"
              + " they mount. Should be on a tmpfs.",
          Values::absolute);

  static final Key<Path> SOCKET =
      Key.ofString(
          "socket",
          "an absolute path of at most " + Values.LONGEST_SOCKET_PATH + " bytes",
          "\"<state>/berth.sock\"",
          "Unix socket on which the CRI is answered, mode 0660, owned by root. The kubelet's"
              + " `containerRuntimeEndpoint` is `unix://` followed by this path.",
          Values::socketPath);

  /** In the order of the documentation. */
  static final List<Key<?>> ALL = List.of(ROOT, STATE, SOCKET);

  private FolderKeys() {}
}
