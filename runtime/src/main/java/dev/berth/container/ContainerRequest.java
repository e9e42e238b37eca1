package dev.berth.container;

import dev.berth.image.Lease;
import dev.berth.shim.PodUsers;
import dev.berth.spec.ContainerSpec;
import dev.berth.spec.oci.OciSeccomp;
import dev.berth.state.v1.ContainerRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked request for a container, with its images leased: closing gives the leases back unless
 * the container has them by then.
 */
final class ContainerRequest implements AutoCloseable {
  private final ContainerRecord born;
  private final ContainerSpec spec;
  private final LeasedImages images;
  private final @Nullable OciSeccomp profile;

  ContainerRequest(
      ContainerRecord born, ContainerSpec spec, LeasedImages images, @Nullable OciSeccomp profile) {
    this.born = born;
    this.spec = spec;
    this.images = images;
    this.profile = profile;
  }

  /** The record of the container to be made. */
  ContainerRecord born() {
    return born;
  }

  ContainerSpec spec() {
    return spec;
  }

  /** The pod's user namespace; null when it uses the machine's ids. */
  @Nullable PodUsers users() {
    return spec.users();
  }

  /** The system call filter as a profile, for a runtime that compiles it itself. */
  @Nullable OciSeccomp profile() {
    return profile;
  }

  /** The lease of the container's own image. */
  Lease lease() {
    return images.lease();
  }

  /** Gives the leases away: they are not closed here any more. */
  List<Lease> keepLeases() {
    return images.keep();
  }

  @Override
  public void close() {
    images.close();
  }
}
