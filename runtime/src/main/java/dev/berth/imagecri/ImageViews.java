package dev.berth.imagecri;

import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ImageSpec;
import dev.berth.cri.v1.Int64Value;
import dev.berth.image.ImageConfig;
import dev.berth.spec.user.ImageUser;

/** Images in the CRI's words. */
final class ImageViews {
  private ImageViews() {}

  static Image image(dev.berth.image.Image image) {
    Image.Builder out =
        Image.newBuilder()
            .setId(image.id().toString())
            .addAllRepoTags(image.repoTags())
            .addAllRepoDigests(image.repoDigests())
            .setSize(image.size())
            .setPinned(image.pinned())
            .setSpec(ImageSpec.newBuilder().setImage(image.id().toString()));
    user(image.config(), out);
    return out.build();
  }

  /** What the kubelet decides by whether a pod that must not run as root may run. */
  private static void user(ImageConfig config, Image.Builder out) {
    ImageUser user = ImageUser.of(config.user());
    if (user.uid() != null) {
      out.setUid(Int64Value.newBuilder().setValue(user.uid()));
    }
    out.setUsername(user.username());
  }
}
