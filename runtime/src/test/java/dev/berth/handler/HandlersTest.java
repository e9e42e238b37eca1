package dev.berth.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlersTest {
  private static final Path STATE = Path.of("/run/berth/oci/x");
  private static final OciRuntime HERE = new OciRuntime("here", List.of("sh", "--debug"), STATE);
  private static final OciRuntime GONE = new OciRuntime("gone", List.of("/nowhere/x"), STATE);
  private static final Handlers HANDLERS = new Handlers(List.of(HERE, GONE));

  @Test
  void ownEngineAndWhatIsThereCanBeHad() {
    for (String name : List.of("", "berth", "here")) {
      assertThatCode(() -> HANDLERS.check(name, false)).as(name).doesNotThrowAnyException();
    }
    assertThatCode(() -> HANDLERS.check("", true)).doesNotThrowAnyException();
  }

  @Test
  void whatCannotBeIsRefusedWithItsReason() {
    assertThatThrownBy(() -> HANDLERS.check("other", false))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("no such runtime handler");
    for (String name : List.of("kata", "kata-qemu", "my-kata", "firecracker", "krun")) {
      assertThatThrownBy(() -> HANDLERS.check(name, false))
          .as(name)
          .isInstanceOf(Fault.InvalidArgument.class)
          .hasMessageContaining("virtual machines");
    }
    assertThatThrownBy(() -> HANDLERS.check("gone", false))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining("/nowhere/x");
    assertThatThrownBy(() -> HANDLERS.check("here", true))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("user namespaces");
  }

  @Test
  void commandLinesAreThoseOfRunc() {
    var bundle = new Bundle(Path.of("/b"), "c1");
    String program = HERE.program().orElseThrow().toString();
    assertThat(program).endsWith("/sh");
    assertThat(HERE.start("c1"))
        .containsExactly(
            program, "--debug", "--root", STATE.toString(), "--log", "start.log", "start", "c1");
    assertThat(HERE.exec(bundle, "e1", true))
        .containsSubsequence("exec", "--detach", "--process", "/b/e1.json")
        .containsSubsequence("--pid-file", "e1.pid", "--console-socket", "e1.sock", "c1");
    assertThat(HERE.delete("c1")).endsWith("delete", "--force", "c1");
  }
}
