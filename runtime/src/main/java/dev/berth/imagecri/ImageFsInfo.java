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
import java.nio.file.Path;
import java.time.Instant;

/**
 * Tells what images use of their file system.
 *
 * <p>Containers' writable layers lie on the same file system as the images, in a directory of their
 * own; both lists are filled, as the kubelet demands.
 */
public final class ImageFsInfo implements Verb<ImageFsInfoRequest, ImageFsInfoResponse> {
  private final Images images;
  private final Layout layout;

  public ImageFsInfo(Images images, Layout layout) {
    this.images = images;
    this.layout = layout;
  }

  @Override
  public ImageFsInfoResponse call(ImageFsInfoRequest request, CallContext context) {
    ImageFsUsage usage = images.usage();
    return ImageFsInfoResponse.newBuilder()
        .addImageFilesystems(
            usage(usage.mountpoint(), usage.at(), usage.usedBytes(), usage.inodesUsed()))
        .addContainerFilesystems(
            usage(layout.containers(), usage.at(), usage.usedBytes(), usage.inodesUsed()))
        .build();
  }

  private static FilesystemUsage usage(Path mountpoint, Instant at, long bytes, long inodes) {
    return FilesystemUsage.newBuilder()
        .setTimestamp(at.getEpochSecond() * 1_000_000_000L + at.getNano())
        .setFsId(FilesystemIdentifier.newBuilder().setMountpoint(mountpoint.toString()))
        .setUsedBytes(UInt64Value.newBuilder().setValue(bytes))
        .setInodesUsed(UInt64Value.newBuilder().setValue(inodes))
        .build();
  }
}
