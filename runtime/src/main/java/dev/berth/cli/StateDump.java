package dev.berth.cli;

import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigRefused;
import dev.berth.fault.Fault;
import dev.berth.journal.JournalContent;
import dev.berth.state.Layout;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code berth state dump}: what the journal says, whether or not a daemon runs. */
@Command(
    name = "dump",
    description = {
      "Print what the journal says about pods and containers.",
      "Reads the file alone: a daemon need not run, and one that runs is not disturbed.",
      "Values of environment variables are not shown."
    })
final class StateDump implements Callable<Integer> {
  /** How it is printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json")
  Format format = Format.TEXT;

  @Parameters(paramLabel = "OPTION", description = "as for serve, e.g. --root DIR", arity = "0..*")
  List<String> options = List.of();

  @Override
  public Integer call() throws IOException {
    try {
      BerthConfig config = ServeOptions.parse(new ArrayList<>(options), ServeOptions.DEFAULT_FILE);
      dump(new Layout(config.root(), config.state()).journal(), System.out);
      return 0;
    } catch (ServeOptions.Wrong | ConfigRefused e) {
      System.err.println("berth state dump: " + e.getMessage());
      return 2;
    } catch (Fault e) {
      System.err.println("berth state dump: " + e.getMessage());
      return 1;
    } catch (NoSuchFileException e) {
      System.err.println("berth state dump: there is no journal " + e.getFile());
      return 1;
    }
  }

  private void dump(Path journal, PrintStream out) throws IOException {
    StateReport report = new StateReport(journal, JournalContent.read(journal));
    out.println(
        switch (format) {
          case TEXT -> report.text();
          case JSON -> report.json();
        });
  }
}
