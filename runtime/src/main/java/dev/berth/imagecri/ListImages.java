package dev.berth.imagecri;

import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ImageFilter;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.ListImagesResponse;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.stream.Stream;

/** Lists the node's images, or the one that the filter names. */
public final class ListImages implements Verb<ListImagesRequest, ListImagesResponse> {
  private final Images images;

  public ListImages(Images images) {
    this.images = images;
  }

  @Override
  public ListImagesResponse call(ListImagesRequest request, CallContext context) {
    ListImagesResponse.Builder out = ListImagesResponse.newBuilder();
    matching(request.getFilter()).forEach(out::addImages);
    return out.build();
  }

  /** The images that match. */
  public Stream<Image> matching(ImageFilter filter) {
    String name = filter.getImage().getImage();
    var found = name.isEmpty() ? images.list().stream() : images.find(name).stream();
    return found.map(ImageViews::image);
  }
}
