package dev.berth.cni.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration may say, and which file of a folder counts. */
class ListParserTest {
  @TempDir Path folder;

  private static NetworkList parse(String text) throws CniFormatException {
    return ListParser.parse(text.getBytes(StandardCharsets.UTF_8), "net.conflist");
  }

  @Test
  void aListIsRead() throws Exception {
    NetworkList list =
        parse(
            """
            {"cniVersion": "0.4.0", "cniVersions": ["0.4.0", "1.1.0", "9.9.9"], "name": "pods",
             "disableCheck": true, "disableGC": "true",
             "plugins": [{"type": "bridge", "bridge": "br0"},
                         {"type": "portmap", "capabilities": {"portMappings": true, "x": false}}]}
            """);
    assertThat(list.name()).isEqualTo("pods");
    assertThat(list.versions()).containsExactly(CniVersion.V1_1_0, CniVersion.V0_4_0);
    assertThat(list.disableCheck()).isTrue();
    assertThat(list.disableGc()).isTrue();
    assertThat(list.plugins()).extracting(PluginConf::type).containsExactly("bridge", "portmap");
    assertThat(list.plugins().get(1).capabilities()).containsExactly("portMappings");
  }

  @Test
  void aSinglePluginIsAListOfOne() throws Exception {
    NetworkList list =
        parse("{\"cniVersion\": \"0.3.1\", \"name\": \"one\", \"type\": \"macvlan\"}");
    assertThat(list.name()).isEqualTo("one");
    assertThat(list.versions()).containsExactly(CniVersion.V0_3_1);
    assertThat(list.plugins()).extracting(PluginConf::type).containsExactly("macvlan");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../bin/sh", "/bin/sh", "a/b", "", "..", ".hidden", "a\\u0000b"})
  void aPluginIsNamedNeverLocated(String type) {
    assertThatThrownBy(
            () ->
                parse(
                    "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[{\"type\":\""
                        + type
                        + "\"}]}"))
        .isInstanceOf(CniFormatException.class)
        .hasMessageContaining("not a program's name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{} {}",
        "{\"cniVersion\":\"0.2.0\",\"name\":\"n\",\"type\":\"bridge\"}",
        "{\"name\":\"n\",\"type\":\"bridge\"}",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"a/b\",\"type\":\"bridge\"}",
        "{\"cniVersion\":\"1.0.0\",\"name\":7,\"type\":\"bridge\"}",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[]}",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":{}}",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":[7]}",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"disableGC\":\"maybe\",\"plugins\":[{\"type\":\"x\"}]}"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(CniFormatException.class)
        .hasMessageStartingWith("net.conflist");
  }

  @Test
  void deepAndLongTextsAreRefused() {
    assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(CniFormatException.class);
    assertThatThrownBy(() -> parse(" ".repeat(CniJson.MAX_BYTES + 1)))
        .hasMessageContaining("larger than");
  }

  @Test
  void theFirstValidFileCountsAndEveryChangeIsSeen() throws Exception {
    ConfFolder conf = new ConfFolder(folder.resolve("net.d"));
    assertThat(conf.look().list()).isNull();
    Files.createDirectory(folder.resolve("net.d"));
    write("20-good.conflist", "good");
    assertThat(name(conf)).isEqualTo("good");
    Files.writeString(folder.resolve("net.d/10-broken.conf"), "{");
    Files.writeString(folder.resolve("net.d/00-readme.txt"), "{");
    ConfFolder.Look look = conf.look();
    assertThat(name(conf)).isEqualTo("good");
    assertThat(look.problem()).contains("10-broken.conf").doesNotContain("readme");
    write("new", "better");
    Files.move(
        folder.resolve("net.d/new"),
        folder.resolve("net.d/20-good.conflist"),
        StandardCopyOption.ATOMIC_MOVE);
    assertThat(conf.print()).isNotEqualTo(look.print());
    assertThat(name(conf)).isEqualTo("better");
    for (String file : List.of("10-broken.conf", "20-good.conflist")) {
      Files.delete(folder.resolve("net.d").resolve(file));
    }
    assertThat(conf.look().problem()).startsWith("no valid network configuration in ");
  }

  private void write(String file, String name) throws Exception {
    Files.writeString(
        folder.resolve("net.d").resolve(file),
        "{\"cniVersion\":\"1.0.0\",\"name\":\"" + name + "\",\"type\":\"bridge\"}");
  }

  private static String name(ConfFolder conf) throws Exception {
    NetworkList list = conf.look().list();
    return list == null ? "none" : list.name();
  }
}
