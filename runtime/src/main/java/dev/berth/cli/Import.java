package dev.berth.cli;

import dev.berth.api.v1.ImagesGrpc;
import dev.berth.api.v1.ImportRequest;
import dev.berth.api.v1.ImportedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code berth import}: images from an archive. */
@Command(
    name = "import",
    description = {
      "Take images from a tar archive: an OCI image layout, or what docker save writes.",
      "They are at once visible to the kubelet."
    })
final class Import extends ImageCommand {
  @Parameters(paramLabel = "FILE", description = "read by the daemon; may be compressed")
  Path file = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "REFERENCE",
      description = "the image's name; by default all images, under the names in the archive")
  String reference = "";

  @Option(names = "--pin", description = "the kubelet must not garbage collect what is imported")
  boolean pin;

  @Override
  int ask(ImagesGrpc.ImagesBlockingStub images) {
    List<ImportedImage> imported =
        images
            .import_(
                ImportRequest.newBuilder()
                    .setPath(file.toAbsolutePath().toString())
                    .setReference(reference)
                    .setPin(pin)
                    .build())
            .getImagesList();
    if (asJson()) {
      print(
          imported.stream()
              .map(image -> Map.of("id", image.getId(), "names", List.copyOf(image.getNamesList())))
              .toList());
    } else {
      imported.forEach(
          image ->
              System.out.println(image.getId() + "  " + String.join(" ", image.getNamesList())));
    }
    return 0;
  }
}
