package dev.berth.state;

import dev.berth.fault.Fault;
import dev.berth.shim.ShimFailure;

/** What a shim could not do, as a fault of the request that asked for it. */
public final class ShimFaults {
  private ShimFaults() {}

  /**
   * The fault for a failure.
   *
   * @param attempted what the request wanted, e.g. {@code "create container web"}
   */
  public static Fault of(String attempted, ShimFailure failure) {
    String message = attempted + ": " + failure.getMessage();
    return switch (failure.kind()) {
      case BAD_REQUEST -> new Fault.InvalidArgument(message, failure);
      case MACHINE -> new Fault.Internal(message, failure);
      case NOT_FOUND -> new Fault.NotFound(message, failure);
      case WRONG_STATE, FOREIGN -> new Fault.FailedPrecondition(message, failure);
      case UNREACHABLE -> new Fault.Unavailable(message, failure);
    };
  }
}
