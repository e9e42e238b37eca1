package dev.berth.imagecri;

import dev.berth.cri.v1.AuthConfig;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.PullImageResponse;
import dev.berth.fault.Fault;
import dev.berth.image.Cancellation;
import dev.berth.image.Image;
import dev.berth.image.Images;
import dev.berth.image.PullProgress;
import dev.berth.image.PullRequest;
import dev.berth.image.RegistryAuth;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches an image. The answer's image_ref is the image's id, as everywhere else: the kubelet
 * compares them to find images in use.
 */
public final class PullImage implements Verb<PullImageRequest, PullImageResponse> {
  private final Images images;
  private final BiConsumer<String, PullProgress> seen;

  /**
   * Pulls into a store.
   *
   * @param seen is told how a pull of a reference goes on, on the verb's own thread
   */
  public PullImage(Images images, BiConsumer<String, PullProgress> seen) {
    this.images = images;
    this.seen = seen;
  }

  @Override
  public PullImageResponse call(PullImageRequest request, CallContext context) {
    String reference = request.getImage().getImage();
    if (reference.isEmpty()) {
      throw Fault.InvalidArgument.of("image.image", reference, "must not be empty");
    }
    var image = pull(new PullRequest(reference, auth(request)), cancellation(context));
    return PullImageResponse.newBuilder().setImageRef(image.id().toString()).build();
  }

  /** The kubelet knows a registry's failure by this word at the front (cri-api, errors.go). */
  private Image pull(PullRequest request, Cancellation cancellation) {
    try {
      return images.pull(
          request, cancellation, progress -> seen.accept(request.reference(), progress));
    } catch (Fault.Unavailable e) {
      throw new Fault.Unavailable("RegistryUnavailable: " + e.getMessage(), e);
    }
  }

  private static @Nullable RegistryAuth auth(PullImageRequest request) {
    if (!request.hasAuth()) {
      return null;
    }
    AuthConfig auth = request.getAuth();
    RegistryAuth given =
        new RegistryAuth(
            auth.getUsername(),
            auth.getPassword(),
            auth.getAuth(),
            auth.getServerAddress(),
            auth.getIdentityToken(),
            auth.getRegistryToken());
    return given.isEmpty() ? null : given;
  }

  private static Cancellation cancellation(CallContext context) {
    return action -> context.onCancel(action)::close;
  }
}
