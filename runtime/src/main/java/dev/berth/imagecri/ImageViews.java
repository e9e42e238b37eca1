package dev.berth.imagecri;

import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ImageSpec;
import dev.berth.cri.v1.Int64Value;
import dev.berth.image.ImageConfig;

/** Images in the CRI's words. */
final class ImageViews {
  private static final long MAX_UID = 0xffff_fffeL;

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

  /**
   * The kubelet checks runAsNonRoot with these: a number goes into uid, anything else is a name.
   */
  private static void user(ImageConfig config, Image.Builder out) {
    String user = config.user();
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    if (name.isEmpty()) {
      out.setUid(Int64Value.newBuilder().setValue(0));
    } else if (isNumber(name)) {
      out.setUid(Int64Value.newBuilder().setValue(uid(name)));
    } else {
      out.setUsername(name);
    }
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A number that is no uid must never look like root: it is shown as the largest. */
  private static long uid(String digits) {
    return digits.length() > 10 ? MAX_UID : Math.min(Long.parseLong(digits), MAX_UID);
  }
}
