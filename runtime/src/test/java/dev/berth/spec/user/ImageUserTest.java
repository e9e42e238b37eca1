package dev.berth.spec.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageUserTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "1000, 1000", "1000:0, 1000", "002:x, 2", "2147483647, 2147483647"})
  void numbers(String user, int uid) {
    assertThat(ImageUser.of(user)).isEqualTo(new ImageUser(uid, ""));
  }

  /** CVE-2026-46680: a number that would wrap to root never shows as a number. */
  @ParameterizedTest
  @CsvSource({"'', ''", "app, app", "app:0, app", "4294967296, 4294967296", "-1, -1", "a b, a b"})
  void everythingElse(String user, String name) {
    assertThat(ImageUser.of(user)).isEqualTo(new ImageUser(null, name));
  }

  @Test
  void accountsComeFromTheImagesRoot() {
    var files = Map.of("/etc/passwd", "p", "/etc/group", "g");
    var accounts =
        new ImageAccounts(
            (path, max) ->
                Optional.ofNullable(files.get(path))
                    .map(text -> text.getBytes(StandardCharsets.UTF_8)));
    assertThat(accounts.passwd()).hasValueSatisfying(b -> assertThat(b).asString().isEqualTo("p"));
    assertThat(accounts.group()).hasValueSatisfying(b -> assertThat(b).asString().isEqualTo("g"));
  }
}
