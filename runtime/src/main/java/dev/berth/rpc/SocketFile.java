package dev.berth.rpc;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The name of a listening unix socket in the file system.
 *
 * <p>The server binds to {@link #binding()}, a name beside the final one; {@link #publish} gives it
 * its mode and moves it into place, over what a dead daemon left. {@link #withdraw} takes it away
 * again unless somebody else has replaced it.
 */
final class SocketFile {
  private final Path path;
  private final Path binding;
  private @Nullable Object identity;

  SocketFile(Path path) {
    this.path = path;
    this.binding = path.resolveSibling("." + Long.toString(ProcessHandle.current().pid(), 36));
  }

  /** Where to bind: in the same directory and rarely longer than the final name. */
  Path binding() {
    return binding;
  }

  /**
   * Sees to it that the name can be taken.
   *
   * @throws Fault.FailedPrecondition somebody listens on it, or it is something else than a socket
   */
  void prepare() throws IOException {
    Files.deleteIfExists(binding);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!attributes(path).isOther()) {
      throw new Fault.FailedPrecondition(
          "listen on " + path + ": there is something that is no socket");
    }
    if (somebodyListens()) {
      throw new Fault.FailedPrecondition(
          "listen on " + path + ": a running process already listens there");
    }
  }

  /** Makes the bound socket visible under its name: mode 0660, the daemon's own user and group. */
  void publish() throws IOException {
    Files.setPosixFilePermissions(binding, PosixFilePermissions.fromString("rw-rw----"));
    identity = attributes(binding).fileKey();
    Files.move(binding, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Takes the name away if it is still this socket's. */
  void withdraw() throws IOException {
    Files.deleteIfExists(binding);
    if (identity != null
        && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && identity.equals(attributes(path).fileKey())) {
      Files.delete(path);
    }
  }

  private boolean somebodyListens() {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return false;
    }
  }

  private static BasicFileAttributes attributes(Path of) throws IOException {
    return Files.readAttributes(of, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
