package dev.berth.imagecri;

import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.ListImagesResponse;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/** Lists the node's images, or the one that the filter names. */
public final class ListImages implements Verb<ListImagesRequest, ListImagesResponse> {
  private final Images images;

  public ListImages(Images images) {
    this.images = images;
  }

  @Override
  public ListImagesResponse call(ListImagesRequest request, CallContext context) {
    String name = request.getFilter().getImage().getImage();
    ListImagesResponse.Builder out = ListImagesResponse.newBuilder();
    if (name.isEmpty()) {
      images.list().forEach(image -> out.addImages(ImageViews.image(image)));
    } else {
      images.find(name).ifPresent(image -> out.addImages(ImageViews.image(image)));
    }
    return out.build();
  }
}
