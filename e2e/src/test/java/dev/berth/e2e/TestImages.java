package dev.berth.e2e;

import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.registry.BuiltImage;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.Pusher;
import dev.berth.e2e.registry.RegistryFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The registry that all tests of this JVM share, with the images that most of them need. */
final class TestImages {
  /** A shell with the usual commands. */
  static final String BUSYBOX = "registry.k8s.io/e2e/busybox:1";

  /** The same image by its digest. */
  static final String BUSYBOX_BY_DIGEST;

  static final BuiltImage BUSYBOX_IMAGE;
  static final RegistryFixture REGISTRY;
  static final Pusher PUSHER;

  static {
    try {
      Path folder = Files.createTempDirectory("berth-e2e-registry");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder)));
      REGISTRY = RegistryFixture.open(folder);
      PUSHER = new Pusher(REGISTRY.base());
      BUSYBOX_IMAGE = Busybox.image().build();
      PUSHER.push("e2e/busybox", BUSYBOX_IMAGE, "1");
      BUSYBOX_BY_DIGEST = "registry.k8s.io/e2e/busybox@" + BUSYBOX_IMAGE.digest();
    } catch (IOException e) {
      throw new UncheckedIOException("filling the tests' registry", e);
    }
  }

  private TestImages() {}

  /** Pushes an image and gives the name by which a daemon of the testbed pulls it. */
  static String push(String name, BuiltImage image) {
    try {
      PUSHER.push("e2e/" + name, image, "1");
      return "registry.k8s.io/e2e/" + name + ":1";
    } catch (IOException e) {
      throw new UncheckedIOException("pushing " + name, e);
    }
  }
}
