package dev.berth.e2e.conformance;

import dev.berth.e2e.conformance.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of verdicts on record: a table of one spec a row. A reason written by hand stays as long
 * as the spec's verdict does.
 */
final class RecordPage {
  private static final Pattern ROW =
      Pattern.compile("\\| (passed|failed|skipped) \\| (.*?) \\| (.*?) ?\\|");

  private RecordPage() {}

  /** The verdicts of a page; none when there is no page yet. */
  static NavigableMap<String, Verdict> read(Path page) throws IOException {
    NavigableMap<String, Verdict> verdicts = new TreeMap<>();
    if (Files.exists(page)) {
      for (String line : Files.readAllLines(page)) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          Outcome outcome = Outcome.valueOf(row.group(1).toUpperCase(Locale.ROOT));
          verdicts.put(row.group(2), new Verdict(row.group(2), outcome, row.group(3)));
        }
      }
    }
    return verdicts;
  }

  /** Writes a page; reasons of the old one win over the suite's own words. */
  static void write(
      Path page,
      String version,
      NavigableMap<String, Verdict> now,
      NavigableMap<String, Verdict> old)
      throws IOException {
    StringBuilder text = new StringBuilder("# Conformance\n\n");
    text.append("Verdicts of the upstream validation suite (cri-tools ").append(version);
    text.append("), spec by spec.\n`e2e/conformance/run` runs it and fails when a spec that");
    text.append(" passed here fails;\n`e2e/conformance/run --record` writes this page.\n\n");
    text.append(count(now.values(), Outcome.PASSED)).append(" passed, ");
    text.append(count(now.values(), Outcome.FAILED)).append(" failed, ");
    text.append(count(now.values(), Outcome.SKIPPED)).append(" skipped.\n\n");
    text.append("| verdict | spec | reason |\n|---|---|---|\n");
    for (Verdict verdict : now.values()) {
      Verdict before = old.get(verdict.spec());
      String reason =
          before != null && before.outcome() == verdict.outcome()
              ? before.reason()
              : verdict.reason();
      text.append("| ").append(verdict.outcome().name().toLowerCase(Locale.ROOT));
      text.append(" | ").append(verdict.spec()).append(" | ").append(reason).append(" |\n");
    }
    Files.writeString(page, text);
  }

  static long count(Collection<Verdict> verdicts, Outcome outcome) {
    return verdicts.stream().filter(verdict -> verdict.outcome() == outcome).count();
  }
}
