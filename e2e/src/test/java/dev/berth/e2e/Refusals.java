package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Calls that must be refused. */
final class Refusals {
  private Refusals() {}

  /** Makes the call; it must answer this code with a message that has all the words. */
  @CanIgnoreReturnValue
  static StatusRuntimeException refused(Code code, ThrowingCallable call, String... words) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).as("the call must be refused with %s", code).isNotNull();
    assertThat(refusal.getStatus().getCode()).as(refusal.getMessage()).isEqualTo(code);
    for (String word : words) {
      assertThat(refusal.getStatus().getDescription()).contains(word);
    }
    return refusal;
  }
}
