package dev.berth.daemon;

import java.io.IOException;
import java.io.InputStream;

/**
 * The image that Berth carries, so that a pod can run without a registry.
 *
 * <p>One static program: without arguments it says its host name and addresses and waits for
 * SIGTERM; with {@code uname}, {@code id}, {@code env}, {@code cat FILE}, {@code sleep N} or {@code
 * exit N} it is something to exec.
 */
public final class HelloImage {
  /** The name under which it is imported at a daemon's first start. */
  public static final String REFERENCE = "berth.local/hello:latest";

  /** The program's path in the image. */
  public static final String PROGRAM = "/bin/hello";

  private HelloImage() {}

  /**
   * The archive: a tar stream with an OCI layout.
   *
   * @throws IOException this build carries none
   */
  public static InputStream open() throws IOException {
    InputStream archive = HelloImage.class.getResourceAsStream("hello-image.tar");
    if (archive == null) {
      throw new IOException("the class path has no hello-image.tar beside HelloImage");
    }
    return archive;
  }
}
