package dev.berth.imagecri;

import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.cri.v1.RemoveImageResponse;
import dev.berth.fault.Fault;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/**
 * Removes an image by its id, or one of its names. Idempotent: an image that is not there is no
 * error. Answers when the bytes are free: the kubelet looks at the disk at once.
 */
public final class RemoveImage implements Verb<RemoveImageRequest, RemoveImageResponse> {
  private final Images images;

  public RemoveImage(Images images) {
    this.images = images;
  }

  @Override
  public RemoveImageResponse call(RemoveImageRequest request, CallContext context) {
    String name = request.getImage().getImage();
    if (name.isEmpty()) {
      throw Fault.InvalidArgument.of("image.image", name, "must not be empty");
    }
    images.remove(name);
    return RemoveImageResponse.getDefaultInstance();
  }
}
