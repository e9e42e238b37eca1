package dev.berth.imageapi;

import dev.berth.api.v1.DiskUseRequest;
import dev.berth.api.v1.DiskUseResponse;
import dev.berth.image.DiskUse;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/** Tells what images use of the disk and what could be freed. */
public final class TellDiskUse implements Verb<DiskUseRequest, DiskUseResponse> {
  private final Images images;

  public TellDiskUse(Images images) {
    this.images = images;
  }

  @Override
  public DiskUseResponse call(DiskUseRequest request, CallContext context) {
    DiskUse use = images.diskUse();
    DiskUseResponse.Builder out =
        DiskUseResponse.newBuilder()
            .setLayers(use.layers())
            .setBytes(use.bytes())
            .setFreeable(use.freeable());
    for (DiskUse.OfImage image : use.images()) {
      out.addImagesBuilder()
          .setId(image.id().toString())
          .addAllNames(image.names())
          .setBytes(image.bytes())
          .setAlone(image.alone())
          .setInUse(image.inUse())
          .setPinned(image.pinned());
    }
    return out.build();
  }
}
