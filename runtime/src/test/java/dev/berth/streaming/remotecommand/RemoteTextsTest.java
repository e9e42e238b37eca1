package dev.berth.streaming.remotecommand;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written to error streams and read from resize streams. */
class RemoteTextsTest {
  @Test
  void statusesAreThoseOfTheKubernetesApi() {
    assertThat(text(new Outcome.Exited(0), true))
        .isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
    assertThat(text(new Outcome.Exited(3), true))
        .contains("\"reason\":\"NonZeroExitCode\"")
        .contains("{\"reason\":\"ExitCode\",\"message\":\"3\"}");
    assertThat(text(new Outcome.Failed("no \"x\"\n"), true))
        .contains("\"message\":\"no \\\"x\\\"\\n\"")
        .contains("\"code\":500");
    assertThat(text(new Outcome.Exited(0), false)).isEmpty();
    assertThat(text(new Outcome.Exited(3), false)).contains("exit code 3");
    assertThat(text(new Outcome.Failed("gone"), false)).isEqualTo("gone");
  }

  @Test
  void sizesAreReadInPiecesAndNonsenseIsPassedOver() {
    List<String> seen = new ArrayList<>();
    TerminalSizes sizes = new TerminalSizes();
    String all =
        "{\"Width\":80,\"Height\":24}\n{\"height\":5,\"width\":6}{}{\"Width\":-1,\"Height\":3}"
            + "{\"Width\":99999999999,\"Height\":1}nonsense}"
            + "x".repeat(10_000)
            + "}{\"Width\":7,\"Height\":8}";
    for (int i = 0; i < all.length(); i += 3) {
      String piece = all.substring(i, Math.min(all.length(), i + 3));
      sizes.read(
          Unpooled.copiedBuffer(piece, StandardCharsets.UTF_8), (w, h) -> seen.add(w + "x" + h));
    }
    assertThat(seen).containsExactly("80x24", "6x5", "7x8");
  }

  private static String text(Outcome outcome, boolean structured) {
    return new String(outcome.encode(structured), StandardCharsets.UTF_8);
  }
}
