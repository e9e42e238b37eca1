package dev.berth.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code berth pages}, for packages: manual pages, shell completion and a commented configuration,
 * all from the definitions that the program itself runs by.
 */
@Command(name = "pages", hidden = true, description = "Write manual pages and completion.")
final class Pages implements Callable<Integer> {
  @Option(names = "--out", required = true, description = "folder to write to")
  Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    CommandLine commands = Commands.line();
    write("completions/berth", AutoComplete.bash("berth", commands));
    write("man/man8/berth.8", ManPage.of(commands.getCommandSpec()));
    for (var entry : commands.getSubcommands().entrySet()) {
      if (!entry.getValue().getCommandSpec().usageMessage().hidden()) {
        write(
            "man/man8/berth-" + entry.getKey() + ".8",
            ManPage.of(entry.getValue().getCommandSpec()));
      }
    }
    write("man/man5/berth-config.toml.5", ConfigFilePage.manual());
    write("config.toml", ConfigFilePage.file());
    return 0;
  }

  private void write(String name, String text) throws IOException {
    Path file = out.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
