package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.rpc.CriChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
  @TempDir Path dir;

  private static final Path SOCKET = Path.of("/run/none.sock");

  @Test
  void theDaemonsOwnWordsAreEnough() {
    var failure =
        Status.NOT_FOUND.withDescription("image: there is no image x").asRuntimeException();
    assertThat(Refusal.line("pull", SOCKET, failure))
        .isEqualTo("berth pull: image: there is no image x");
  }

  /** Asked in earnest: what the transport says of a socket that is not there is not ours. */
  @Test
  void aDaemonThatIsNotThereIsSaidSo() throws Exception {
    Path socket = dir.resolve("none.sock");
    assertThat(asked(socket)).startsWith("berth ps: there is no socket " + socket + ";");
    Files.createFile(socket);
    assertThat(asked(socket)).isEqualTo("berth ps: no daemon answers at " + socket);
  }

  private static String asked(Path socket) {
    try (CriChannel channel = new CriChannel(socket)) {
      var runtime = RuntimeServiceGrpc.newBlockingStub(channel.channel());
      var failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> runtime.version(VersionRequest.getDefaultInstance()));
      return Refusal.line("ps", socket, failure);
    }
  }

  @Test
  void aCodeAloneIsEnough() {
    assertThat(Refusal.line("ps", SOCKET, Status.DEADLINE_EXCEEDED.asRuntimeException()))
        .isEqualTo("berth ps: DEADLINE_EXCEEDED");
  }
}
