package dev.berth.image.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest",
    "busybox:1.36, docker.io/library/busybox:1.36",
    "index.docker.io/busybox, docker.io/library/busybox:latest",
    "docker.io/me/app, docker.io/me/app:latest",
    "me/app:v1, docker.io/me/app:v1",
    "localhost/app, localhost/app:latest",
    "localhost:5000/app, localhost:5000/app:latest",
    "127.0.0.1:5000/a/b__c/d--e:T.1, 127.0.0.1:5000/a/b__c/d--e:T.1",
    "[::1]:5000/app:x, [::1]:5000/app:x",
    "registry.example/app, registry.example/app:latest",
    "UPPER/app, UPPER/app:latest",
  })
  void shortFormsAreWrittenOut(String text, String full) {
    assertThat(Reference.parse(text).toString()).isEqualTo(full);
  }

  @Test
  void aDigestMakesTheTagAMereNote() {
    Reference both = Reference.parse("r.example/app:v1@sha256:" + HEX);
    assertThat(both.tag()).isEqualTo("v1");
    assertThat(both.target()).isEqualTo("sha256:" + HEX);
    assertThat(both.repoTag()).isEmpty();
    assertThat(both.canonical()).isEqualTo("r.example/app@sha256:" + HEX);
    assertThat(Reference.parse("r.example/app@sha256:" + HEX).tag()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "App",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a:.x",
        "a@",
        "a@sha256:abc",
        "a@md5:d41d8cd98f00b204e9800998ecf8427e",
        "a@sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "../a",
        "a/../b",
        "a b",
        "a\nb",
        "-host.example/a",
        "h.example:123456/a",
        "[::1:5000/a",
        "a___b",
        "http://r.example/a",
        HEX
      })
  void whatIsNoReferenceIsRefused(String text) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageStartingWith("image reference \"")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void lengthsAreBounded() {
    String longest = "r.example/" + "a".repeat(245);
    assertThat(Reference.parse(longest).name()).hasSize(255);
    assertThatThrownBy(() -> Reference.parse(longest + "a")).hasMessageContaining("255");
    assertThatThrownBy(() -> Reference.parse("a".repeat(2000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    assertThat(Reference.parse("a:" + "t".repeat(128)).tag()).hasSize(128);
    assertThatThrownBy(() -> Reference.parse("a:" + "t".repeat(129)))
        .isInstanceOf(Fault.InvalidArgument.class);
  }

  @Test
  void digestsHaveOneForm() {
    assertThat(Digest.sha256(new byte[0]).toString()).isEqualTo("sha256:" + HEX);
    assertThat(Digest.parse("sha512:" + HEX + HEX).hex()).hasSize(128);
    for (String bad : new String[] {"", ":", "sha256", "sha256:", "sha256:../../x", HEX}) {
      assertThatThrownBy(() -> Digest.parse(bad)).isInstanceOf(Fault.InvalidArgument.class);
    }
  }
}
