package dev.berth.e2e.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.e2e.conformance.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads the JSON report of the suite's test framework (ginkgo, {@code -ginkgo.json-report}). */
final class SuiteReport {
  private static final int REASON_LENGTH = 160;

  private SuiteReport() {}

  /** The verdicts by name of the spec; set-up nodes are left out. */
  static NavigableMap<String, Verdict> read(Path file) throws IOException {
    NavigableMap<String, Verdict> verdicts = new TreeMap<>();
    for (JsonNode suite : new ObjectMapper().readTree(file.toFile())) {
      for (JsonNode spec : suite.path("SpecReports")) {
        if (spec.path("LeafNodeType").asText().equals("It")) {
          Verdict verdict = verdict(spec);
          verdicts.put(verdict.spec(), verdict);
        }
      }
    }
    return verdicts;
  }

  private static Verdict verdict(JsonNode spec) {
    List<String> words = new ArrayList<>();
    spec.path("ContainerHierarchyTexts").forEach(text -> words.add(text.asText()));
    words.add(spec.path("LeafNodeText").asText());
    String name = oneLine(String.join(" ", words));
    Outcome outcome =
        switch (spec.path("State").asText().toLowerCase(Locale.ROOT)) {
          case "passed" -> Outcome.PASSED;
          case "skipped", "pending" -> Outcome.SKIPPED;
          default -> Outcome.FAILED;
        };
    String reason = oneLine(spec.path("Failure").path("Message").asText(""));
    String shown =
        reason.length() <= REASON_LENGTH ? reason : reason.substring(0, REASON_LENGTH) + "…";
    return new Verdict(name, outcome, outcome == Outcome.PASSED ? "" : shown);
  }

  /** Also fit for a cell of a table: no bar in it. */
  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ").replace('|', '/');
  }
}
