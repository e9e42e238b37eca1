package dev.berth.e2e.uml;

import dev.berth.e2e.registry.BuiltImage;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.Digests;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.Layer;
import dev.berth.e2e.registry.LayerBuilder;
import dev.berth.e2e.registry.Pusher;
import java.io.IOException;
import java.util.Random;

/**
 * Images that can tell whether they are whole: the top layer lists the digests of the files of all
 * layers below, and a shell to compare them comes along. They share some layers.
 */
final class WholeImages {
  static final int COUNT = 4;

  /** Compares, in a container; fails with any file that is missing, cut short or wrong. */
  static final String CHECK = "cd / && sha256sum -c -s /SUMS && test $(wc -l </SUMS) -eq %d";

  private static final int FILES = 80;
  private static final int LAYERS = 3;
  private static final int LARGEST = 64 << 10;

  private WholeImages() {}

  /** The name by which a daemon pulls it. */
  static String name(int image) {
    return "registry.k8s.io/cut/image-" + image + ":1";
  }

  /** The shell script that checks any of them. */
  static String check() {
    return CHECK.formatted(FILES * LAYERS);
  }

  /** Pushes all of them. */
  static void push(Pusher pusher) throws IOException {
    Layer busybox = Busybox.layer();
    for (int image = 0; image < COUNT; image++) {
      pusher.push("cut/image-" + image, build(busybox, image), "1");
    }
  }

  /** The lowest data layer is everybody's, the middle one is shared by two, the third its own. */
  private static BuiltImage build(Layer busybox, int image) {
    StringBuilder sums = new StringBuilder();
    ImageBuilder built = new ImageBuilder().layer(busybox);
    int[] seeds = {1000, 2000 + image / 2, 3000 + image};
    for (int seed : seeds) {
      built.layer(data(seed, sums));
    }
    return built.layer(new LayerBuilder().text("SUMS", sums.toString()).build()).build();
  }

  private static Layer data(int seed, StringBuilder sums) {
    Random random = new Random(seed);
    LayerBuilder layer = new LayerBuilder().dirs("data", "data/" + seed);
    for (int i = 0; i < FILES; i++) {
      byte[] content = new byte[random.nextInt(LARGEST)];
      random.nextBytes(content);
      String name = "data/" + seed + "/" + i;
      layer.file(name, 0644, content);
      String digest = Digests.sha256(content);
      sums.append(digest.substring(digest.indexOf(':') + 1)).append("  ").append(name).append('\n');
    }
    return layer.build();
  }
}
