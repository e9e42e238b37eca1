package dev.berth.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigLoader;
import dev.berth.cri.Version;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.fault.Fault;
import dev.berth.rpc.CriChannel;
import dev.berth.rpc.VerbService;
import io.grpc.BindableService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTest {
  @TempDir Path dir;
  private final List<String> log = new ArrayList<>();

  private BerthConfig config(String root, String state) throws Exception {
    return new ConfigLoader()
        .set("--root", "root", dir.resolve(root).toString())
        .set("--state", "state", dir.resolve(state).toString())
        .load();
  }

  private static final class VersionOnly implements CriServices {
    @Override
    public List<BindableService> services() {
      return List.of(
          new VerbService(RuntimeServiceGrpc.getServiceDescriptor())
              .serve(RuntimeServiceGrpc.getVersionMethod(), new Version("1.2.3")));
    }

    @Override
    public void close() {}
  }

  private final class Noting implements CriServices {
    @Override
    public List<BindableService> services() {
      log.add("served");
      return List.of();
    }

    @Override
    public void close() throws IOException {
      log.add("closed");
      throw new IOException("a part that fails");
    }
  }

  private static Daemon start(BerthConfig config) throws Exception {
    return Daemon.start(config, (_, _) -> new VersionOnly());
  }

  @Test
  void answersAndGivesEverythingBack() throws Exception {
    BerthConfig config = config("root", "state");
    for (int i = 0; i < 2; i++) {
      try (var daemon = start(config);
          var client = new CriChannel(config.socket())) {
        var version =
            RuntimeServiceGrpc.newBlockingStub(client.channel())
                .version(VersionRequest.getDefaultInstance());
        assertThat(version.getVersion()).isEqualTo("0.1.0");
        assertThat(daemon.instance()).isEqualTo(InstanceId.of(config.root()));
      }
      assertThat(config.socket()).doesNotExist();
    }
    assertThat(Files.getPosixFilePermissions(config.root()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aRootAndAStateBelongToOneDaemon() throws Exception {
    try (var _ = start(config("root", "state"))) {
      assertThatThrownBy(() -> start(config("root", "state2")))
          .isInstanceOf(Fault.FailedPrecondition.class)
          .hasMessageContaining("as root: another berth daemon uses it");
      assertThatThrownBy(() -> start(config("root2", "state")))
          .isInstanceOf(Fault.FailedPrecondition.class)
          .hasMessageContaining("as state: another berth daemon uses it");
      try (var _ = start(config("root2", "state2"))) {
        assertThat(dir.resolve("state2/berth.sock")).exists();
      }
    }
  }

  @Test
  void aDaemonThatCannotListenClosesWhatItOpened() throws Exception {
    BerthConfig config = config("root", "state");
    Files.createDirectories(config.socket());
    assertThatThrownBy(() -> Daemon.start(config, (_, _) -> new Noting()))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(log).containsExactly("served", "closed");
    DirectoryLock.take("root", config.root()).close();
  }

  @Test
  void everyPartIsClosedWhateverFails() throws Exception {
    BerthConfig config = config("root", "state");
    Daemon daemon = Daemon.start(config, (_, _) -> new Noting());
    assertThatThrownBy(daemon::close).hasMessage("a part that fails");
    assertThat(config.socket()).doesNotExist();
    DirectoryLock.take("root", config.root()).close();
    DirectoryLock.take("state", config.state()).close();
  }

  @Test
  void theInstanceIsTheRealPathsHash() throws Exception {
    Path root = Files.createDirectory(dir.resolve("r"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), root);
    assertThat(InstanceId.of(link)).isEqualTo(InstanceId.of(root));
    assertThat(InstanceId.of(dir)).isNotEqualTo(InstanceId.of(root));
  }

  @Test
  void theVersionIsTheBuilds() throws Exception {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + BerthVersion.TEXT + "-SNAPSHOT</version>");
  }
}
