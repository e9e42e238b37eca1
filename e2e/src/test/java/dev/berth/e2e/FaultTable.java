package dev.berth.e2e;

import dev.berth.e2e.daemon.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table of the fault matrix in docs/reliability.md, between two marks.
 *
 * @param name which one
 */
record FaultTable(String name) {
  private static final Path PAGE = Repository.root().resolve("docs/reliability.md");

  private String begin() {
    return "<!-- fault matrix, " + name + ": written by its run -->\n";
  }

  private String end() {
    return "<!-- end of the fault matrix, " + name + " -->\n";
  }

  /** The steps that the table has, as {@code OPERATION/STEP}. */
  List<String> steps() throws IOException {
    String page = Files.readString(PAGE);
    return page.substring(page.indexOf(begin()), page.indexOf(end()))
        .lines()
        .filter(line -> line.contains("/"))
        .map(line -> line.split("\\|", -1)[1].strip())
        .toList();
  }

  /** Puts these outcomes in the place of the old ones. */
  void write(Map<String, Map<StepFault, String>> outcomes) throws IOException {
    StringBuilder table = new StringBuilder("| step |");
    for (StepFault fault : StepFault.values()) {
      table.append(' ').append(fault.title()).append(" |");
    }
    table.append("\n|").append("---|".repeat(1 + StepFault.values().length)).append('\n');
    outcomes.forEach(
        (step, each) ->
            table
                .append("| ")
                .append(step)
                .append(" | ")
                .append(
                    Arrays.stream(StepFault.values())
                        .map(fault -> each.getOrDefault(fault, "not run"))
                        .collect(Collectors.joining(" | ")))
                .append(" |\n"));
    String page = Files.readString(PAGE);
    Files.writeString(
        PAGE,
        page.substring(0, page.indexOf(begin()) + begin().length())
            + table
            + page.substring(page.indexOf(end())));
  }
}
