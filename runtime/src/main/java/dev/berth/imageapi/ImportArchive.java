package dev.berth.imageapi;

import dev.berth.api.v1.ImportRequest;
import dev.berth.api.v1.ImportResponse;
import dev.berth.fault.Fault;
import dev.berth.image.Image;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Takes images from an archive on the node's disk; who may use the socket may read any file. */
public final class ImportArchive implements Verb<ImportRequest, ImportResponse> {
  private final Images images;

  public ImportArchive(Images images) {
    this.images = images;
  }

  @Override
  public ImportResponse call(ImportRequest request, CallContext context) {
    Path path = AbsolutePath.of("path", request.getPath());
    if (!Files.isRegularFile(path)) {
      throw Fault.InvalidArgument.of("path", request.getPath(), "is no file on the node");
    }
    Optional<String> reference =
        Optional.of(request.getReference()).filter(text -> !text.isEmpty());
    ImportResponse.Builder out = ImportResponse.newBuilder();
    try (InputStream archive = Files.newInputStream(path)) {
      for (Image image : images.importArchive(archive, reference, request.getPin())) {
        out.addImagesBuilder().setId(image.id().toString()).addAllNames(image.repoTags());
      }
    } catch (IOException e) {
      throw Fault.InvalidArgument.of(
          "path", request.getPath(), "cannot be read: " + e.getMessage());
    }
    return out.build();
  }
}
