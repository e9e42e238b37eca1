package dev.berth.network.builtin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads and writes kernel parameters below /proc/sys (sysctl(8)), of the caller's namespace. */
final class Sysctls {
  private final Path root;

  /**
   * Parameters below a directory.
   *
   * @param root /proc/sys, or a directory that plays it
   */
  Sysctls(Path root) {
    this.root = root;
  }

  /** Whether the kernel has this parameter, e.g. {@code net/ipv6/conf/all/forwarding}. */
  boolean has(String key) {
    return Files.exists(root.resolve(key));
  }

  /**
   * The parameter's value without the newline.
   *
   * @throws IOException when it cannot be read
   */
  String get(String key) throws IOException {
    return Files.readString(root.resolve(key)).strip();
  }

  /**
   * Writes a value unless the parameter has it.
   *
   * @throws IOException with the key and the value
   */
  void set(String key, String value) throws IOException {
    try {
      if (!get(key).equals(value)) {
        Files.writeString(root.resolve(key), value, StandardOpenOption.WRITE);
      }
    } catch (NoSuchFileException e) {
      throw new IOException("set sysctl " + key + "=" + value + ": the kernel has none", e);
    } catch (IOException e) {
      throw new IOException("set sysctl " + key + "=" + value + ": " + e.getMessage(), e);
    }
  }

  /** As {@link #set}, but a parameter that the kernel does not have is fine. */
  void setIfPresent(String key, String value) throws IOException {
    if (has(key)) {
      set(key, value);
    }
  }
}
