package dev.berth.node;

import dev.berth.config.BerthConfig;
import dev.berth.image.ImageSettings;
import dev.berth.image.Images;
import dev.berth.image.local.LocalImages;
import dev.berth.kernel.Kernel;
import dev.berth.state.Layout;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.time.Duration;

/** The node's images, as the configuration wants them. */
final class ImageStorage {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private ImageStorage() {}

  static Images open(BerthConfig config, Layout layout, Kernel kernel, Faults faults)
      throws IOException {
    return LocalImages.open(settings(config, layout), kernel, faults);
  }

  private static ImageSettings settings(BerthConfig config, Layout layout) {
    BerthConfig.Registry registry = config.registry();
    BerthConfig.Images images = config.images();
    return new ImageSettings(
        layout.images(),
        registry.configPath(),
        registry.credentials(),
        System.getenv(),
        images.parallelPulls(),
        orElse(images.parallelLayers(), ImageSettings.layersAtOnce()),
        orElse(images.parallelUnpacks(), ImageSettings.unpacksAtOnce()),
        (long) images.resumeMib() << 20,
        images.keepBlobs(),
        images.verifierFolder(),
        images.verifierTimeout(),
        CONNECT_TIMEOUT,
        Duration.ofSeconds(registry.stallSeconds()),
        images.pinned());
  }

  private static int orElse(int configured, int usual) {
    return configured == 0 ? usual : configured;
  }
}
