package dev.berth.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tomlj.Toml;

class ConfigPageTest {
  private static final Path PAGE = Path.of("../docs/config.md");

  @Test
  void thePageIsWhatTheKeysSay() throws Exception {
    if (Boolean.getBoolean("berth.docs.write")) {
      Files.writeString(PAGE, ConfigPage.render());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(ConfigPage.render());
  }

  /** The default in the page is text; what the loader uses is a value: they must agree. */
  @Test
  void documentedDefaultsAreTheOnesUsed() throws Exception {
    ConfigLoader fromPage = new ConfigLoader();
    for (Key<?> key : Keys.ALL) {
      var toml = Toml.parse("value = " + key.fallback());
      String text =
          toml.isArray("value")
              ? String.join(",", toml.getArrayOrEmpty("value").toList().toArray(String[]::new))
              : String.valueOf(toml.get("value"));
      if (!text.startsWith("<")) {
        fromPage.set(key.name() + "=" + text);
      }
    }
    assertThat(fromPage.load()).isEqualTo(new ConfigLoader().load());
  }

  @Test
  void everyKeyIsDocumented() {
    assertThat(Keys.ALL)
        .allSatisfy(
            key ->
                assertThat(List.of(key.about(), key.expected(), key.fallback()))
                    .doesNotContain(""));
  }
}
