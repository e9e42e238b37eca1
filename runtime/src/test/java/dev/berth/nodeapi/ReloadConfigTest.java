package dev.berth.nodeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.api.v1.ChangedKey;
import dev.berth.api.v1.ReloadConfigRequest;
import dev.berth.api.v1.ReloadConfigResponse;
import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigInForce;
import dev.berth.config.ConfigLoader;
import dev.berth.config.LogLevel;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadConfigTest {
  @TempDir Path dir;
  private final List<LogLevel> levels = new ArrayList<>();
  private ReloadConfig verb;

  @BeforeEach
  void start() throws Exception {
    write("log.level = \"info\"\n");
    ConfigInForce inForce = ConfigInForce.read(new ConfigLoader().file(dir.resolve("config.toml")));
    verb = new ReloadConfig(inForce, Map.of("log.level", this::applied));
  }

  private void applied(BerthConfig config) {
    levels.add(config.log().level());
  }

  private void write(String text) throws Exception {
    Files.writeString(dir.resolve("config.toml"), text);
  }

  private ReloadConfigResponse reload() {
    return verb.call(ReloadConfigRequest.getDefaultInstance(), CallContext.patient());
  }

  @Test
  void whatCanChangeChangesOnceAndTheRestIsNamedUntilTheNextStart() throws Exception {
    write("log.level = \"debug\"\nnetwork.mtu = 9000\n");
    ChangedKey mtu =
        ChangedKey.newBuilder().setKey("network.mtu").setFrom("1500").setTo("9000").build();
    ReloadConfigResponse first = reload();
    assertThat(first.getAppliedList()).extracting(ChangedKey::getKey).containsExactly("log.level");
    assertThat(first.getAtNextStartList()).containsExactly(mtu);
    ReloadConfigResponse second = reload();
    assertThat(second.getAppliedList()).isEmpty();
    assertThat(second.getAtNextStartList()).containsExactly(mtu);
    assertThat(levels).containsExactly(LogLevel.DEBUG);
  }

  @Test
  void anUntouchedFileChangesNothing() {
    assertThat(reload()).isEqualTo(ReloadConfigResponse.getDefaultInstance());
  }

  @Test
  void aRefusedFileChangesNothingAndSaysWhere() throws Exception {
    write("log.level = \"debug\"\nlog.levle = 1\n");
    assertThatThrownBy(this::reload)
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining("config.toml:2")
        .hasMessageContaining("log.levle");
    assertThat(levels).isEmpty();
  }
}
