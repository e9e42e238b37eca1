package dev.berth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandsTest {
  @TempDir Path dir;

  @Test
  void versionAndHelpSucceedAndTheUnknownIsAUsageError() {
    assertThat(Commands.run(List.of("version"))).isZero();
    assertThat(Commands.run(List.of("help"))).isZero();
    assertThat(Commands.run(List.of("help", "serve"))).isZero();
    assertThat(Commands.run(List.of("help", "quickstart"))).isZero();
    assertThat(Commands.run(List.of("--version"))).isZero();
    assertThat(Commands.run(List.of())).isEqualTo(2);
    assertThat(Commands.run(List.of("dance"))).isEqualTo(2);
    assertThat(Commands.run(List.of("test"))).isEqualTo(2);
  }

  @Test
  void everyCommandExplainsItselfInOneLineAndInFull() {
    String list = printed("help");
    assertThat(list).contains("and clean up.", "cgroups.", "  build ");
    Commands.line()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              assertThat(Commands.run(List.of(name, "--help"))).as(name).isZero();
              assertThat(list.contains("  " + name + " "))
                  .as(name)
                  .isNotEqualTo(command.getCommandSpec().usageMessage().hidden());
            });
    assertThat(printed("import", "--help")).startsWith("Usage: berth import");
  }

  /** A command that is built alone is the one that is among all. */
  @Test
  void oneCommandAloneIsTheSame() {
    Set<String> ofTheLauncher = Set.of("serve", "build", "package", "test", "help");
    CommandLine all = Commands.line();
    all.getSubcommands()
        .forEach(
            (name, command) -> {
              CommandLine line = Commands.line(name);
              if (ofTheLauncher.contains(name)) {
                assertThat(line.getSubcommands()).hasSameSizeAs(all.getSubcommands());
                return;
              }
              assertThat(line.getSubcommands()).containsOnlyKeys(name);
              CommandLine alone = Objects.requireNonNull(line.getSubcommands().get(name));
              assertThat(alone.getUsageMessage()).isEqualTo(command.getUsageMessage());
              assertThat(alone.isUnmatchedOptionsArePositionalParams())
                  .isEqualTo(command.isUnmatchedOptionsArePositionalParams());
              assertThat(alone.isCaseInsensitiveEnumValuesAllowed()).isTrue();
            });
  }

  private static String printed(String... words) {
    PrintStream before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try {
      assertThat(Commands.run(List.of(words))).isZero();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(UTF_8);
  }

  @Test
  void aTreeIsRemovedWithoutFollowingLinks() throws Exception {
    Path outside = Files.writeString(dir.resolve("outside"), "kept");
    Path tree = dir.resolve("tree");
    Files.createDirectories(tree.resolve("a/b"));
    Files.writeString(tree.resolve("a/file"), "x");
    Files.createSymbolicLink(tree.resolve("a/b/link"), outside);
    Files.createSymbolicLink(tree.resolve("dir"), dir);
    TreeRemoval.remove(tree);
    assertThat(tree).doesNotExist();
    assertThat(outside).hasContent("kept");
  }
}
