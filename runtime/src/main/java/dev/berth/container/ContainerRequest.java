package dev.berth.container;

import dev.berth.image.Lease;
import dev.berth.shim.PodUsers;
import dev.berth.spec.ContainerSpec;
import dev.berth.state.v1.ContainerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A checked request for a container, with its image leased: closing gives the lease back unless the
 * container has it by then.
 */
final class ContainerRequest implements AutoCloseable {
  private final ContainerRecord born;
  private final ContainerSpec spec;
  private final Lease lease;
  private @Nullable Lease toClose;

  ContainerRequest(ContainerRecord born, ContainerSpec spec, Lease lease) {
    this.born = born;
    this.spec = spec;
    this.lease = lease;
    this.toClose = lease;
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

  Lease lease() {
    return lease;
  }

  /** Gives the lease away: it is not closed here any more. */
  Lease keepLease() {
    toClose = null;
    return lease;
  }

  @Override
  public void close() {
    if (toClose != null) {
      toClose.close();
    }
  }
}
