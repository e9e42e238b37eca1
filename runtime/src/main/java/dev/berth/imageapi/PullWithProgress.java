package dev.berth.imageapi;

import dev.berth.api.v1.PullProgress;
import dev.berth.api.v1.PullRequest;
import dev.berth.fault.Fault;
import dev.berth.image.Images;
import dev.berth.image.RegistryAuth;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.ReportingVerb;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches an image, as the CRI's PullImage does, and tells how it goes on. A client that does not
 * keep up misses messages, never the last one.
 */
public final class PullWithProgress implements ReportingVerb<PullRequest, PullProgress> {
  private final Images images;
  private final BiConsumer<String, dev.berth.image.PullProgress> seen;

  /**
   * Pulls into a store.
   *
   * @param seen is told how a pull of a reference goes on, on the verb's own thread
   */
  public PullWithProgress(Images images, BiConsumer<String, dev.berth.image.PullProgress> seen) {
    this.images = images;
    this.seen = seen;
  }

  @Override
  public void call(PullRequest request, CallContext context, Sink<PullProgress> sink) {
    String reference = request.getReference();
    if (reference.isEmpty()) {
      throw Fault.InvalidArgument.of("reference", reference, "must not be empty");
    }
    var image =
        images.pull(
            new dev.berth.image.PullRequest(reference, auth(request)),
            action -> context.onCancel(action)::close,
            progress -> {
              seen.accept(reference, progress);
              if (sink.isReady()) {
                sink.send(message(progress).build());
              }
            });
    sink.send(PullProgress.newBuilder().setImageId(image.id().toString()).build());
  }

  private static @Nullable RegistryAuth auth(PullRequest request) {
    return request.getUsername().isEmpty()
        ? null
        : RegistryAuth.basic(request.getUsername(), request.getPassword());
  }

  private static PullProgress.Builder message(dev.berth.image.PullProgress progress) {
    PullProgress.Builder out = PullProgress.newBuilder();
    for (var layer : progress.layers()) {
      out.addLayersBuilder()
          .setDigest(layer.digest().toString())
          .setSize(layer.size())
          .setFetched(layer.fetched())
          .setPhase(
              switch (layer.phase()) {
                case WAITING -> PullProgress.Phase.WAITING;
                case FETCHING -> PullProgress.Phase.FETCHING;
                case READY -> PullProgress.Phase.READY;
              });
    }
    return out;
  }
}
