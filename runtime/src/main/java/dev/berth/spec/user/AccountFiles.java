package dev.berth.spec.user;

import java.util.Optional;

/**
 * The account files of an image. Each is read at most once for a resolution, and only if needed.
 */
public interface AccountFiles {
  /** The most bytes that either file may have. */
  int MAX_BYTES = 4 << 20;

  /** An image without account files. */
  AccountFiles NONE =
      new AccountFiles() {
        @Override
        public Optional<byte[]> passwd() {
          return Optional.empty();
        }

        @Override
        public Optional<byte[]> group() {
          return Optional.empty();
        }
      };

  /** Content of {@code /etc/passwd}, empty when the image has none. */
  Optional<byte[]> passwd();

  /** Content of {@code /etc/group}, empty when the image has none. */
  Optional<byte[]> group();
}
