package dev.berth.spec.user;

import dev.berth.image.RootView;
import java.util.Optional;

/**
 * The account files in an image's merged root. A file that is too large or no regular file refuses
 * the container (CVE-2026-47262): nothing is decided on half a file.
 */
public record ImageAccounts(RootView root) implements AccountFiles {
  @Override
  public Optional<byte[]> passwd() {
    return root.read("/etc/passwd", MAX_BYTES);
  }

  @Override
  public Optional<byte[]> group() {
    return root.read("/etc/group", MAX_BYTES);
  }
}
