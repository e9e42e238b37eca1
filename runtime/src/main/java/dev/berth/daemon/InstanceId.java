package dev.berth.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells several daemons of one machine apart: every name that the host sees carries it.
 *
 * @param hex eight hexadecimal digits, the same for the same root directory
 */
public record InstanceId(String hex) {
  public InstanceId {
    if (!hex.matches("[0-9a-f]{8}")) {
      throw new IllegalArgumentException("instance id \"" + hex + "\": not eight hex digits");
    }
  }

  /**
   * The id of the daemon with this root: the first digits of the SHA-256 of its real path.
   *
   * @throws IOException the directory does not exist
   */
  public static InstanceId of(Path root) throws IOException {
    byte[] path = root.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(path);
      return new InstanceId(HexFormat.of().formatHex(hash, 0, 4));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
