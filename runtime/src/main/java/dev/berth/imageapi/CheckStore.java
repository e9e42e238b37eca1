package dev.berth.imageapi;

import dev.berth.api.v1.CheckRequest;
import dev.berth.api.v1.CheckResponse;
import dev.berth.api.v1.Damage;
import dev.berth.image.CheckReport;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.Locale;

/** Looks whether the store holds what it has written. */
public final class CheckStore implements Verb<CheckRequest, CheckResponse> {
  private final Images images;

  public CheckStore(Images images) {
    this.images = images;
  }

  @Override
  public CheckResponse call(CheckRequest request, CallContext context) {
    CheckReport report = images.check(request.getDiscard());
    CheckResponse.Builder out =
        CheckResponse.newBuilder().setBlobs(report.blobs()).setLayers(report.layers());
    for (CheckReport.Damage damage : report.damages()) {
      Damage.Builder each =
          out.addDamagesBuilder()
              .setKind(damage.kind().name().toLowerCase(Locale.ROOT))
              .setDigest(damage.digest().toString())
              .setWhy(damage.why())
              .setOutcome(
                  switch (damage.outcome()) {
                    case REPORTED -> Damage.Outcome.REPORTED;
                    case DISCARDED -> Damage.Outcome.DISCARDED;
                    case IN_USE -> Damage.Outcome.IN_USE;
                  });
      damage.images().forEach(id -> each.addImages(id.toString()));
    }
    return out.build();
  }
}
