package dev.berth.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceNoticeTest {
  @TempDir Path dir;

  @Test
  void aManagerReadsTheNotice() throws Exception {
    try (var manager = new ServiceManager(dir.resolve("notify").toString())) {
      ServiceNotice.send(dir.resolve("notify").toString(), "READY=1");
      assertThat(manager.heard().poll(10, TimeUnit.SECONDS)).isEqualTo("READY=1");
    }
  }

  @Test
  void aManagerInTheAbstractNamespaceToo() throws Exception {
    String name = "berth-notice-" + ProcessHandle.current().pid();
    try (var manager = new ServiceManager("\0" + name)) {
      ServiceNotice.send("@" + name, "READY=1");
      assertThat(manager.heard().poll(10, TimeUnit.SECONDS)).isEqualTo("READY=1");
    }
  }

  @Test
  void aMissingManagerStopsNothing() {
    ServiceNotice.send(dir.resolve("nobody").toString(), "READY=1");
  }
}
