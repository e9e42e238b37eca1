package dev.berth.container;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.Mount;
import dev.berth.fault.Fault;
import dev.berth.image.Image;
import dev.berth.image.Images;
import dev.berth.image.Lease;
import dev.berth.spec.ImageMounts;
import dev.berth.state.v1.MountedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The images that a request names: the container's own and those among its mounts, leased, so that
 * their layers stay. Closing gives the leases back unless the container has them by then.
 */
final class LeasedImages implements AutoCloseable {
  private record Leased(Image image, Lease lease) {}

  private final Images images;
  private final List<Lease> toClose = new ArrayList<>();
  private final SortedMap<Integer, Leased> mounted = new TreeMap<>();
  private final Leased own;

  /**
   * Leases what a request names.
   *
   * @throws Fault.NotFound the node does not have an image; names the field
   */
  LeasedImages(Images images, ContainerConfig config) {
    this.images = images;
    try {
      own = lease("config.image.image", config.getImage().getImage());
      for (int i = 0; i < config.getMountsCount(); i++) {
        Mount mount = config.getMounts(i);
        if (ImageMounts.isOne(mount)) {
          String field = "config.mounts[" + i + "].image.image";
          mounted.put(i, lease(field, mount.getImage().getImage()));
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Leased lease(String field, String name) {
    if (name.isEmpty()) {
      throw Fault.InvalidArgument.of(field, name, "must not be empty");
    }
    Image image =
        images
            .find(name)
            .orElseThrow(
                () ->
                    new Fault.NotFound(
                        field + " \"" + name + "\": the node does not have this image"));
    Lease lease = images.lease(image.id());
    toClose.add(lease);
    return new Leased(image, lease);
  }

  /** The container's own image. */
  Image image() {
    return own.image();
  }

  /** The lease of the container's own image. */
  Lease lease() {
    return own.lease();
  }

  /** The images among the mounts, by the mount's place in the request. */
  SortedMap<Integer, Lease> mounted() {
    SortedMap<Integer, Lease> leases = new TreeMap<>();
    mounted.forEach((place, leased) -> leases.put(place, leased.lease()));
    return leases;
  }

  /** For the container's record: a tag may mean another image later. */
  List<MountedImage> records() {
    List<MountedImage> records = new ArrayList<>();
    mounted.forEach((place, leased) -> records.add(record(place, leased.image())));
    return records;
  }

  private static MountedImage record(int place, Image image) {
    String id = image.id().toString();
    return MountedImage.newBuilder()
        .setMount(place)
        .setImageId(id)
        .setImageRef(image.repoDigests().stream().findFirst().orElse(id))
        .build();
  }

  /** Gives the leases away: they are not closed here any more. */
  List<Lease> keep() {
    List<Lease> kept = List.copyOf(toClose);
    toClose.clear();
    return kept;
  }

  @Override
  public void close() {
    toClose.forEach(Lease::close);
    toClose.clear();
  }
}
