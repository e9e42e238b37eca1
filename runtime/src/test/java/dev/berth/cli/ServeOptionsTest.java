package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.config.BerthConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeOptionsTest {
  @TempDir Path dir;

  private BerthConfig parse(String... args) throws Exception {
    return ServeOptions.parse(List.of(args), dir.resolve("default.toml"));
  }

  @Test
  void withoutOptionsOrFileThereAreDefaults() throws Exception {
    assertThat(parse().socket()).isEqualTo(Path.of("/run/berth/berth.sock"));
  }

  @Test
  void optionsInBothForms() throws Exception {
    BerthConfig config =
        parse("--root", "/r", "--state=/s", "--socket", "/x.sock", "--set", "network.mtu=1400");
    assertThat(config.root()).isEqualTo(Path.of("/r"));
    assertThat(config.state()).isEqualTo(Path.of("/s"));
    assertThat(config.socket()).isEqualTo(Path.of("/x.sock"));
    assertThat(config.network().mtu()).isEqualTo(1400);
  }

  @Test
  void theDefaultFileIsReadWhenItIsThereAndNoOtherIsNamed() throws Exception {
    Files.writeString(dir.resolve("default.toml"), "root = \"/a\"");
    Files.writeString(dir.resolve("other.toml"), "state = \"/b\"");
    assertThat(parse().root()).isEqualTo(Path.of("/a"));
    BerthConfig other = parse("--config", dir.resolve("other.toml").toString());
    assertThat(other.state()).isEqualTo(Path.of("/b"));
    assertThat(other.root()).isEqualTo(Path.of("/var/lib/berth"));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> parse("--rot", "/r")).hasMessage("unknown option \"--rot\"");
    assertThatThrownBy(() -> parse("here")).hasMessage("unknown option \"here\"");
    assertThatThrownBy(() -> parse("--root")).hasMessage("option --root has no value");
    assertThatThrownBy(() -> parse("--config", "/does/not/exist.toml"))
        .hasMessageContaining("/does/not/exist.toml");
  }
}
