package dev.berth.container;

import dev.berth.image.RootView;
import dev.berth.spec.user.AccountFiles;
import java.util.Optional;

/** The account files as an image's merged root has them. */
record ImageAccounts(RootView root) implements AccountFiles {
  @Override
  public Optional<byte[]> passwd() {
    return root.read("/etc/passwd", MAX_BYTES);
  }

  @Override
  public Optional<byte[]> group() {
    return root.read("/etc/group", MAX_BYTES);
  }
}
