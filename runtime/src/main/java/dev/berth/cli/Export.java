package dev.berth.cli;

import dev.berth.api.v1.ExportRequest;
import dev.berth.api.v1.ImagesGrpc;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code berth export}: an image into an archive. */
@Command(
    name = "export",
    description = {
      "Write an image into a tar archive, an OCI image layout with the digests it has.",
      "Needs images.layer_blobs = \"keep\" when the image was pulled."
    })
final class Export extends ImageCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "any name of the image")
  String image = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "written by the daemon")
  Path file = Path.of("");

  @Override
  int ask(ImagesGrpc.ImagesBlockingStub images) {
    String path = file.toAbsolutePath().toString();
    ExportRequest request = ExportRequest.newBuilder().setImage(image).setPath(path).build();
    long bytes = images.export(request).getBytes();
    if (asJson()) {
      print(Map.of("path", path, "bytes", bytes));
    } else {
      System.out.println(path + "  " + size(bytes));
    }
    return 0;
  }
}
