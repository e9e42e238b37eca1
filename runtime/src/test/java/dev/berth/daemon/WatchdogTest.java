package dev.berth.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.Version;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.rpc.CriServer;
import dev.berth.rpc.VerbService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
  @TempDir Path dir;

  @Test
  void theManagerSaysWhetherAndHowOften() {
    assertThat(Watchdog.wanted(Map.of(), 7)).isEmpty();
    assertThat(Watchdog.wanted(Map.of("WATCHDOG_USEC", "60000000"), 7))
        .hasValue(Duration.ofMinutes(1));
    assertThat(Watchdog.wanted(Map.of("WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "7"), 7))
        .isPresent();
    assertThat(Watchdog.wanted(Map.of("WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "8"), 7))
        .isEmpty();
    assertThat(Watchdog.wanted(Map.of("WATCHDOG_USEC", "soon"), 7)).isEmpty();
  }

  @Test
  void aSocketThatAnswersIsASignOfLifeAndADeadOneIsNot() throws Exception {
    Path socket = dir.resolve("s.sock");
    var service =
        new VerbService(RuntimeServiceGrpc.getServiceDescriptor())
            .serve(RuntimeServiceGrpc.getVersionMethod(), new Version("1.2.3"));
    try (var _ = CriServer.listen(socket, 4, List.of(service))) {
      assertThat(Watchdog.answers(socket, Duration.ofSeconds(10))).isTrue();
    }
    assertThat(Watchdog.answers(socket, Duration.ofSeconds(2))).isFalse();
  }

  @Test
  void aDaemonThatListensAndAnswersNobodyGivesNone() throws Exception {
    Path socket = dir.resolve("s.sock");
    try (var stuck =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      stuck.bind(java.net.UnixDomainSocketAddress.of(socket));
      assertThat(Watchdog.answers(socket, Duration.ofMillis(300))).isFalse();
    }
  }
}
