package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.config.ConfigLoader;
import dev.berth.config.KeyFacts;
import dev.berth.config.NetworkMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
  @TempDir Path dir;

  private String page(String name) throws Exception {
    assertThat(Commands.run(List.of("pages", "--out", dir.toString()))).isZero();
    return Files.readString(dir.resolve(name));
  }

  @Test
  void everyCommandHasAPageAndIsCompleted() throws Exception {
    String completion = page("completions/berth");
    for (String name : Commands.line().getSubcommands().keySet()) {
      boolean hidden =
          Commands.line().getSubcommands().get(name).getCommandSpec().usageMessage().hidden();
      assertThat(Files.exists(dir.resolve("man/man8/berth-" + name + ".8"))).isEqualTo(!hidden);
      assertThat(hidden || completion.contains(name)).as(name).isTrue();
    }
    assertThat(page("man/man8/berth-serve.8"))
        .contains(".TH \"BERTH\\-SERVE\"".replace("\\-", "-"), "\\fB\\-\\-config FILE\\fR");
  }

  @Test
  void theInstalledConfigurationExplainsEveryKeyAndSetsOnlyTheNetwork() throws Exception {
    String text = page("config.toml");
    for (KeyFacts key : KeyFacts.all()) {
      String name = key.name().substring(key.name().lastIndexOf('.') + 1);
      assertThat(text.lines()).anyMatch(l -> l.matches("(# )?" + name + " = .*"));
    }
    var loader = new ConfigLoader().file(dir.resolve("config.toml"));
    assertThat(loader.load().network().mode()).isEqualTo(NetworkMode.CNI);
    assertThat(loader.effective())
        .filteredOn(one -> !one.origin().equals("default"))
        .extracting("key")
        .containsExactly("network.mode");
  }

  @Test
  void everyDefaultInItIsOneThatTheDaemonTakes() throws Exception {
    List<String> lines =
        page("config.toml")
            .lines()
            .filter(l -> !l.contains("<state>"))
            .map(l -> l.replaceFirst("^# ([a-z_0-9]+ = )", "$1"))
            .toList();
    Path all = Files.write(dir.resolve("all.toml"), lines);
    assertThat(new ConfigLoader().file(all).load().root()).isEqualTo(Path.of("/var/lib/berth"));
  }
}
