package dev.berth.image;

import dev.berth.image.reference.ImageId;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * The node's images.
 *
 * <p>A name given to {@link #find} or {@link #remove} is one of: a reference as people write it
 * ({@code busybox}, {@code registry.example/app:1}, with or without a digest), an image id ({@code
 * sha256:…}), its hex digits alone, or a prefix of these digits that fits one image only. A
 * reference that exists wins over a prefix.
 */
public interface Images extends AutoCloseable {

  /**
   * Fetches an image, or finds that the node has what the registry offers.
   *
   * <p>Pulls of one reference with the same credentials that run at the same time share the work; a
   * caller that goes away does not end it for the others.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument the reference cannot be parsed, or the registry
   *     offers something that is not an image for this machine
   * @throws dev.berth.fault.Fault.Unauthenticated the registry wants other credentials
   * @throws dev.berth.fault.Fault.PermissionDenied a verifier refuses it
   * @throws dev.berth.fault.Fault.NotFound the registry does not have it
   * @throws dev.berth.fault.Fault.Unavailable no host that serves the reference can be reached
   * @throws dev.berth.fault.Fault.DataLoss what arrived does not have the digest that was asked for
   * @throws dev.berth.fault.Fault.DeadlineExceeded a registry stopped sending
   * @throws dev.berth.fault.Fault.ResourceExhausted the disk is full, or a limit was met
   * @throws dev.berth.fault.Fault.Cancelled the caller went away
   */
  default Image pull(PullRequest request, Cancellation cancellation) {
    return pull(request, cancellation, PullWatcher.NONE);
  }

  /** Like {@link #pull(PullRequest, Cancellation)}, and somebody sees how it goes on. */
  Image pull(PullRequest request, Cancellation cancellation, PullWatcher watcher);

  /**
   * The image of this name, if the node has it.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument the name is an id prefix that fits several
   *     images, or cannot be a name at all
   */
  Optional<Image> find(String name);

  /** Every image, in no particular order. */
  List<Image> list();

  /**
   * Removes a name or an image. A tag or digest reference takes only this name away (with the last
   * tag of a repository the digest names in it), and the image with its last one; an id removes the
   * image with all its names. Returns when the bytes are free, unless a lease keeps them. A name
   * that is not there is fine.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument the name is an id prefix that fits several images
   * @throws dev.berth.fault.Fault.FailedPrecondition the image is pinned
   */
  void remove(String name);

  /** What the images use on disk: kept in memory, costs nothing. */
  ImageFsUsage usage();

  /**
   * Keeps an image's layers until the lease is closed, even when the image is removed.
   *
   * <p>Leases live in memory. After a restart the caller takes those of its containers again, by
   * the image id in its own journal, before it calls {@link #sweep}: an image that was removed
   * while it was leased can still be leased until then.
   *
   * @throws dev.berth.fault.Fault.NotFound the node does not have the image
   */
  Lease lease(ImageId image);

  /**
   * Frees what no image and no lease refers to. Called once after recovery has taken its leases
   * again; until then nothing that an earlier daemon left leased is freed.
   */
  void sweep();

  /**
   * Looks into an image's root.
   *
   * @throws dev.berth.fault.Fault.NotFound the node does not have the image
   */
  RootView view(ImageId image);

  /**
   * Takes an image from a tar stream that holds an OCI layout or a {@code docker save} archive.
   *
   * @param archive read to its end and closed
   * @param reference the name the image gets here; empty for all images of the archive under the
   *     names it gives them
   * @param pin whether the kubelet must not garbage collect what is imported
   * @return what was imported, at least one
   * @throws dev.berth.fault.Fault.InvalidArgument the archive holds no image for this machine
   * @throws dev.berth.fault.Fault.DataLoss a blob in the archive does not have its digest
   */
  List<Image> importArchive(InputStream archive, Optional<String> reference, boolean pin);

  /**
   * Writes an image as an OCI layout in a tar archive, with the digests it has.
   *
   * @param out stays open
   * @throws dev.berth.fault.Fault.NotFound there is no such image
   * @throws dev.berth.fault.Fault.FailedPrecondition its layers were not kept as they came
   */
  void exportArchive(String name, OutputStream out);

  /**
   * Looks whether everything is as it was written; see {@link CheckReport}.
   *
   * @param discard whether damaged pieces are taken away, so that the next pull of an image that
   *     needs one fetches it again; until then that image is not there
   */
  CheckReport check(boolean discard);

  /** What the images use of the disk, each alone and together. */
  DiskUse diskUse();

  /** Ends running pulls and gives the store's lock back. */
  @Override
  void close();
}
