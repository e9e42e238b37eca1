package dev.berth.image;

import java.util.Optional;

/**
 * An image's merged root, to read a small file from before any container has it: {@code
 * /etc/passwd}, {@code /etc/group}.
 *
 * <p>Holds no descriptor and no lease; reading fails with NotFound when the image went away.
 */
public interface RootView {

  /**
   * A regular file's content. Symbolic links are followed inside the root.
   *
   * @param path absolute path in the image
   * @param maxBytes the most the file may hold
   * @return empty when there is no such file
   * @throws dev.berth.fault.Fault.InvalidArgument it is not a regular file, or is larger
   */
  Optional<byte[]> read(String path, int maxBytes);
}
