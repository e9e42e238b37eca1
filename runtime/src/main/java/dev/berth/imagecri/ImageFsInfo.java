package dev.berth.imagecri;

import dev.berth.cri.v1.FilesystemIdentifier;
import dev.berth.cri.v1.FilesystemUsage;
import dev.berth.cri.v1.ImageFsInfoRequest;
import dev.berth.cri.v1.ImageFsInfoResponse;
import dev.berth.cri.v1.UInt64Value;
import dev.berth.image.ImageFsUsage;
import dev.berth.image.Images;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Layout;
import dev.berth.stats.WritableLayers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Tells what images and what containers' writable layers use of their file system.
 *
 * <p>Both lie on the same one, in directories of their own; both lists are filled, as the kubelet
 * demands. Writable layers are measured behind the answers: their time says how old the figure is.
 */
public final class ImageFsInfo implements Verb<ImageFsInfoRequest, ImageFsInfoResponse> {
  private final Images images;
  private final Layout layout;
  private final Supplier<WritableLayers.Size> layers;

  public ImageFsInfo(Images images, Layout layout, Supplier<WritableLayers.Size> layers) {
    this.images = images;
    this.layout = layout;
    this.layers = layers;
  }

  @Override
  public ImageFsInfoResponse call(ImageFsInfoRequest request, CallContext context) {
    ImageFsUsage usage = images.usage();
    WritableLayers.Size written = layers.get();
    return ImageFsInfoResponse.newBuilder()
        .addImageFilesystems(
            usage(usage.mountpoint(), nanos(usage.at()), usage.usedBytes(), usage.inodesUsed()))
        .addContainerFilesystems(
            usage(layout.containers(), written.at(), written.bytes(), written.inodes()))
        .build();
  }

  private static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  private static FilesystemUsage usage(Path mountpoint, long at, long bytes, long inodes) {
    return FilesystemUsage.newBuilder()
        .setTimestamp(at)
        .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(mountpoint.toString()))
        .setUsedBytes(UInt64Value.newBuilder().setValue(bytes))
        .setInodesUsed(UInt64Value.newBuilder().setValue(inodes))
        .build();
  }
}
