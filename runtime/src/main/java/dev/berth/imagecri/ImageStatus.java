package dev.berth.imagecri;

import dev.berth.cri.v1.ImageStatusRequest;
import dev.berth.cri.v1.ImageStatusResponse;
import dev.berth.fault.Fault;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/** Tells about one image; an image that is not there is an answer without one, not an error. */
public final class ImageStatus implements Verb<ImageStatusRequest, ImageStatusResponse> {
  private final Images images;

  public ImageStatus(Images images) {
    this.images = images;
  }

  @Override
  public ImageStatusResponse call(ImageStatusRequest request, CallContext context) {
    String name = request.getImage().getImage();
    if (name.isEmpty()) {
      throw Fault.InvalidArgument.of("image.image", name, "must not be empty");
    }
    ImageStatusResponse.Builder out = ImageStatusResponse.newBuilder();
    images
        .find(name)
        .ifPresent(
            image -> {
              out.setImage(ImageViews.image(image));
              if (request.getVerbose()) {
                out.putInfo("info", ImageInfo.json(image));
              }
            });
    return out.build();
  }
}
