package dev.berth.cli;

import dev.berth.api.v1.CheckRequest;
import dev.berth.api.v1.CheckResponse;
import dev.berth.api.v1.Damage;
import dev.berth.api.v1.ImagesGrpc;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code berth fsck}: whether the store holds what it has written. */
@Command(
    name = "fsck",
    description = {
      "Check the image store: hash manifests and configs, count the files of layers.",
      "Exits with 1 when something is damaged."
    })
final class Fsck extends ImageCommand {
  @Option(
      names = "--repair",
      description = {
        "take damaged pieces away, so that the next pull of an image that needs one fetches it",
        "again, and only it; what containers run from stays"
      })
  boolean repair;

  @Override
  int ask(ImagesGrpc.ImagesBlockingStub images) {
    CheckResponse found = images.check(CheckRequest.newBuilder().setDiscard(repair).build());
    if (asJson()) {
      print(
          Map.of(
              "blobs", found.getBlobs(),
              "layers", found.getLayers(),
              "damages", found.getDamagesList().stream().map(Fsck::json).toList()));
    } else {
      found.getDamagesList().forEach(Fsck::show);
      System.out.printf(
          "%d blobs, %d layers, %d damaged%n",
          found.getBlobs(), found.getLayers(), found.getDamagesCount());
    }
    return found.getDamagesCount() == 0 ? 0 : 1;
  }

  private static Map<String, Object> json(Damage damage) {
    return Map.of(
        "kind", damage.getKind(),
        "digest", damage.getDigest(),
        "why", damage.getWhy(),
        "images", List.copyOf(damage.getImagesList()),
        "outcome", outcome(damage));
  }

  private static void show(Damage damage) {
    System.out.println(
        damage.getKind()
            + " "
            + damage.getDigest()
            + ": "
            + damage.getWhy()
            + "; "
            + outcome(damage));
    damage.getImagesList().forEach(image -> System.out.println("  needed by " + image));
  }

  private static String outcome(Damage damage) {
    return damage.getOutcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
