package dev.berth.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class ExhaustedMachineTest {
  @Test
  void aFullDiskIsNoBug() {
    var full = new FileSystemException("/var/lib/berth/x", null, "No space left on device");
    Status status =
        ExhaustedMachine.of(new UncheckedIOException("journal: append failed", full)).orElseThrow();
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription())
        .isEqualTo("journal: append failed: /var/lib/berth/x: No space left on device");
  }

  @Test
  void theKernelsOwnErrorsAreFoundInCauses() {
    var failure = new Fault.Internal("attach", new ErrnoException("openat", "/x", Errno.EMFILE));
    assertThat(ExhaustedMachine.of(failure).orElseThrow().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(
            ExhaustedMachine.of(new ErrnoException("mkdirat", "/x", Errno.EROFS))
                .orElseThrow()
                .getCode())
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  @Test
  void aStateThatIsInTheWayMayBeTheMachines() {
    var cause = new ErrnoException("openat", "/sys/fs/cgroup/x", Errno.EMFILE);
    var failure = new Fault.FailedPrecondition("make the cgroup x", cause);
    assertThat(ExhaustedMachine.of(failure).orElseThrow().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(ExhaustedMachine.of(new Fault.FailedPrecondition("\"EMFILE\": is not ready")))
        .isEmpty();
  }

  @Test
  void whatARequestIsToBlameForStaysSo() {
    assertThat(ExhaustedMachine.of(new Fault.InvalidArgument("name \"EMFILE\" is taken")))
        .isEmpty();
    assertThat(ExhaustedMachine.of(new IOException("something else"))).isEmpty();
  }
}
