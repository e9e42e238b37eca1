package dev.berth.rpc;

import dev.berth.fault.Fault;
import io.grpc.Status;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Failures for which the machine has run out of something: pure.
 *
 * <p>What most errors mean depends on what the call was for. These mean the same everywhere, and a
 * full disk or table is no bug of ours: the client is told so, and tries again later. The JDK gives
 * only their texts (strerror(3)), so these are looked for.
 */
final class ExhaustedMachine {
  private static final int DEEPEST = 10;

  private static final Pattern FULL =
      Pattern.compile(
          "no space left on device|disk quota exceeded|too many open files|unable to create native"
              + " thread|(spawn|clone|fork)[^:]*: EAGAIN|\\bE(NOSPC|DQUOT|MFILE|NFILE)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern READ_ONLY =
      Pattern.compile("read-only file system|\\bEROFS\\b", Pattern.CASE_INSENSITIVE);

  private ExhaustedMachine() {}

  /** The status of such a failure; empty for any other, and for what a request is to blame for. */
  static Optional<Status> of(Throwable failure) {
    Throwable at = firstSign(failure);
    for (int depth = 0; at != null && depth < DEEPEST; depth++) {
      String text = String.valueOf(at.getMessage());
      if (FULL.matcher(text).find()) {
        return Optional.of(status(Status.RESOURCE_EXHAUSTED, failure, at));
      }
      if (READ_ONLY.matcher(text).find()) {
        return Optional.of(status(Status.FAILED_PRECONDITION, failure, at));
      }
      at = at.getCause();
    }
    return Optional.empty();
  }

  /**
   * Where to look from: a state that is in the way has its reason in its cause, if the machine is
   * it.
   */
  private static @Nullable Throwable firstSign(Throwable failure) {
    return switch (failure) {
      case Fault.Internal internal -> internal;
      case Fault.FailedPrecondition state -> state.getCause();
      case Fault _ -> null;
      default -> failure;
    };
  }

  private static Status status(Status code, Throwable failure, Throwable sign) {
    String what = String.valueOf(failure.getMessage());
    String why = String.valueOf(sign.getMessage());
    return code.withDescription(FaultStatus.bounded(what.contains(why) ? what : what + ": " + why));
  }
}
