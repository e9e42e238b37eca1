package dev.berth.rpc;

import dev.berth.fault.Fault;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** From faults to gRPC statuses: pure. */
final class FaultStatus {
  /** Clients bound the headers they accept, 8 KiB in grpc-java, and escaping may triple a byte. */
  private static final int LONGEST = 2048;

  private FaultStatus() {}

  /** The status of a fault: its class gives the code, its message the description. */
  static Status of(Fault fault) {
    return code(fault).toStatus().withDescription(bounded(fault.getMessage()));
  }

  /**
   * The status of anything else, which is a bug or a failure that nobody foresaw.
   *
   * @param id under which the log has it
   */
  static Status ofBug(Throwable bug, String id) {
    String what = bug.getMessage() == null ? bug.getClass().getSimpleName() : bug.getMessage();
    return Status.INTERNAL.withDescription(
        bounded(what) + " (error " + id + ": the daemon's log says more)");
  }

  private static Status.Code code(Fault fault) {
    return switch (fault) {
      case Fault.Aborted _ -> Status.Code.ABORTED;
      case Fault.AlreadyExists _ -> Status.Code.ALREADY_EXISTS;
      case Fault.Cancelled _ -> Status.Code.CANCELLED;
      case Fault.DataLoss _ -> Status.Code.DATA_LOSS;
      case Fault.DeadlineExceeded _ -> Status.Code.DEADLINE_EXCEEDED;
      case Fault.FailedPrecondition _ -> Status.Code.FAILED_PRECONDITION;
      case Fault.Internal _ -> Status.Code.INTERNAL;
      case Fault.InvalidArgument _ -> Status.Code.INVALID_ARGUMENT;
      case Fault.NotFound _ -> Status.Code.NOT_FOUND;
      case Fault.PermissionDenied _ -> Status.Code.PERMISSION_DENIED;
      case Fault.ResourceExhausted _ -> Status.Code.RESOURCE_EXHAUSTED;
      case Fault.Unauthenticated _ -> Status.Code.UNAUTHENTICATED;
      case Fault.Unavailable _ -> Status.Code.UNAVAILABLE;
      case Fault.Unimplemented _ -> Status.Code.UNIMPLEMENTED;
    };
  }

  /** A text that fits into a header. */
  static String bounded(@Nullable String text) {
    if (text == null) {
      return "";
    }
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }
}
