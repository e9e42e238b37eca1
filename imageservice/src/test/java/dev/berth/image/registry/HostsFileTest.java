package dev.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import dev.berth.image.registry.RegistryHost.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of containerd's format that nodes have, as containerd means them. */
class HostsFileTest {
  @TempDir Path dir;

  private HostsFile read(String text) throws IOException {
    Path file = Files.writeString(dir.resolve("hosts.toml"), text);
    return HostsFile.read(file, HostsFolder.upstream("registry.example"));
  }

  @Test
  void theApiLiesBelowVersion2UnlessThePathIsAllThereIs() throws IOException {
    List<RegistryHost> mirrors =
        read("""
        [host."https://a.example"]
        [host."https://b.example/cache/"]
        [host."https://c.example/cache/v2"]
        [host."https://d.example/cache"]
          override_path = true
        """)
            .mirrors();
    assertThat(mirrors)
        .extracting(host -> host.base().toString())
        .containsExactly(
            "https://a.example/v2",
            "https://b.example/cache/v2",
            "https://c.example/cache/v2",
            "https://d.example/cache");
  }

  @Test
  void plainHttpIsForWhoIsNamedSo() throws IOException {
    HostsFile file = read("server = \"http://plain.example:5000\"\n[host.\"http://m.example\"]\n");
    assertThat(file.server().base()).hasToString("http://plain.example:5000/v2");
    assertThat(file.server().plainAllowed()).isTrue();
    assertThat(file.mirrors().getFirst().plainAllowed()).isTrue();
    RegistryHost silent = read("").server();
    assertThat(silent.base()).hasToString("https://registry.example/v2");
    assertThat(silent.plainAllowed()).isFalse();
  }

  @Test
  void capabilitiesAreAllOrTheOnesListed() throws IOException {
    List<RegistryHost> mirrors =
        read("""
        [host."https://all.example"]
        [host."https://pull.example"]
          capabilities = ["pull", "push"]
        [host."https://none.example"]
          capabilities = []
        """)
            .mirrors();
    assertThat(mirrors.get(0).capabilities()).containsOnly(Capability.values());
    assertThat(mirrors.get(1).capabilities()).containsExactly(Capability.PULL);
    assertThat(mirrors.get(2).capabilities()).isEmpty();
  }

  @Test
  void trustIsEachHostsOwn() throws IOException {
    HostsFile file =
        read(
            """
            ca = "own.pem"
            [host."https://lax.example"]
              skip_verify = true
            [host."https://strict.example"]
              ca = ["one.pem", "/etc/two.pem"]
            """);
    assertThat(file.server().tls())
        .isEqualTo(new TlsPolicy(false, List.of(dir.resolve("own.pem")), List.of()));
    assertThat(file.mirrors().get(0).tls().skipVerify()).isTrue();
    assertThat(file.mirrors().get(0).tls().authorities()).isEmpty();
    assertThat(file.mirrors().get(1).tls().skipVerify()).isFalse();
    assertThat(file.mirrors().get(1).tls().authorities())
        .containsExactly(dir.resolve("one.pem"), Path.of("/etc/two.pem"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "capabilities = ['fly']; capabilities holds \"fly\"",
        "skip_verify = 'no'; skip_verify is not true or false",
        "override_path = 1; override_path is not true or false",
        "host = 3; host is not a table",
        "host = { 'https://m.example' = 3 }; https://m.example is not a table",
        "ca = 3; ca is not a string or an array of strings",
        "server = 'ftp://x'; server \"ftp://x\" is not an http or https address",
        "dial_timeout = 'soon'; dial_timeout \"soon\" is not a duration",
      })
  void whatIsWrongIsNamedWithFileLineAndKey(String line, String words) {
    assertThatThrownBy(() -> read("\n" + line + "\n"))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageStartingWith(dir.resolve("hosts.toml") + ":2: ")
        .hasMessageContaining(words);
  }

  /** Inputs of the kind that a fuzz has found: the TOML library trips over some of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "server = \"\\u\"",
        "server = \"\\u12\"",
        "server = \"\\UFFFFFFFF\"",
        "server = \"\\U00110000\"",
        "server = \"\\",
        "server = \"\"\"\\u\"\"\"",
        "[\"\\u\"]",
        "[host.\"\\U0\"]",
      })
  void aBrokenEscapeIsARefusalThatNamesTheFile(String toml) {
    assertThatThrownBy(() -> read(toml + "\n"))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageStartingWith(dir.resolve("hosts.toml").toString());
  }
}
