package dev.berth.imageapi;

import dev.berth.api.v1.ExportRequest;
import dev.berth.api.v1.ExportResponse;
import dev.berth.fault.Fault;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes an image into an archive; it is there whole or not at all. */
public final class ExportArchive implements Verb<ExportRequest, ExportResponse> {
  private static final int BUFFER = 128 << 10;

  private final Images images;

  public ExportArchive(Images images) {
    this.images = images;
  }

  @Override
  public ExportResponse call(ExportRequest request, CallContext context) {
    Path path = AbsolutePath.of("path", request.getPath());
    Path folder = path.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw Fault.InvalidArgument.of("path", request.getPath(), "its folder is not on the node");
    }
    try {
      Path written = Files.createTempFile(folder, ".berth-export", ".tar");
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(written), BUFFER)) {
          images.exportArchive(request.getImage(), out);
        }
        long bytes = Files.size(written);
        Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
        return ExportResponse.newBuilder().setBytes(bytes).build();
      } finally {
        Files.deleteIfExists(written);
      }
    } catch (IOException e) {
      throw Fault.InvalidArgument.of(
          "path", request.getPath(), "cannot be written: " + e.getMessage());
    }
  }
}
