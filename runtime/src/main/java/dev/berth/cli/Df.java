package dev.berth.cli;

import dev.berth.api.v1.DiskUseRequest;
import dev.berth.api.v1.DiskUseResponse;
import dev.berth.api.v1.ImageUse;
import dev.berth.api.v1.ImagesGrpc;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code berth df}: what images use of the disk. */
@Command(
    name = "df",
    description = {
      "Show what images use of the disk: each with its layers, and what of them is its alone.",
      "\"could be freed\" counts images that no container uses and nobody pinned."
    })
final class Df extends ImageCommand {
  private static final int SHORT_ID = 12;

  @Override
  int ask(ImagesGrpc.ImagesBlockingStub images) {
    DiskUseResponse use = images.diskUse(DiskUseRequest.getDefaultInstance());
    List<ImageUse> sorted =
        use.getImagesList().stream()
            .sorted(Comparator.comparingLong(ImageUse::getAlone).reversed())
            .toList();
    if (asJson()) {
      print(
          Map.of(
              "layers", use.getLayers(),
              "bytes", use.getBytes(),
              "freeable", use.getFreeable(),
              "images", sorted.stream().map(Df::json).toList()));
      return 0;
    }
    System.out.printf("%-12s  %12s  %12s  %-6s  %s%n", "IMAGE", "SIZE", "ALONE", "", "NAMES");
    sorted.forEach(Df::show);
    System.out.printf(
        "%d layers, %s, of which %s could be freed%n",
        use.getLayers(), size(use.getBytes()), size(use.getFreeable()));
    return 0;
  }

  private static void show(ImageUse image) {
    String hex = image.getId().substring(image.getId().indexOf(':') + 1);
    System.out.printf(
        "%-12s  %12s  %12s  %-6s  %s%n",
        hex.substring(0, Math.min(SHORT_ID, hex.length())),
        size(image.getBytes()),
        size(image.getAlone()),
        image.getInUse() ? "used" : image.getPinned() ? "pinned" : "",
        String.join(" ", image.getNamesList()));
  }

  private static Map<String, Object> json(ImageUse image) {
    return Map.of(
        "id", image.getId(),
        "names", List.copyOf(image.getNamesList()),
        "bytes", image.getBytes(),
        "alone", image.getAlone(),
        "inUse", image.getInUse(),
        "pinned", image.getPinned());
  }
}
