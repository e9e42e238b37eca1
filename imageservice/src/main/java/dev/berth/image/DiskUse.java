package dev.berth.image;

import dev.berth.image.reference.ImageId;
import java.util.List;

/**
 * What the images use of the disk, and what could be freed.
 *
 * @param layers how many unpacked layers there are
 * @param bytes of all of them
 * @param freeable bytes that would be free if all images were removed that no container uses and
 *     nobody pinned
 * @param images each image
 */
public record DiskUse(int layers, long bytes, long freeable, List<OfImage> images) {

  /**
   * One image's share.
   *
   * @param names tags, or digests where there are no tags
   * @param bytes of its layers, shared ones too
   * @param alone bytes of the layers that no other image has
   * @param inUse whether a container runs from it
   */
  public record OfImage(
      ImageId id, List<String> names, long bytes, long alone, boolean inUse, boolean pinned) {
    public OfImage {
      names = List.copyOf(names);
    }
  }

  public DiskUse {
    images = List.copyOf(images);
  }
}
