package dev.berth.e2e.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.conformance.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite's report becomes rows of a page, and a page becomes verdicts again. */
class RecordPageTest {
  @TempDir Path folder;

  @Test
  void readsTheReportOfTheSuite() throws IOException {
    Path report =
        Files.writeString(
            folder.resolve("report.json"),
            """
            [{"SpecReports": [
              {"LeafNodeType": "BeforeSuite", "State": "passed"},
              {"LeafNodeType": "It", "State": "passed",
               "ContainerHierarchyTexts": ["[k8s.io] Pods", "basic"], "LeafNodeText": "runs"},
              {"LeafNodeType": "It", "State": "timedout", "LeafNodeText": "hangs",
               "Failure": {"Message": "no | answer\\n  in time"}},
              {"LeafNodeType": "It", "State": "skipped", "LeafNodeText": "windows"}]}]
            """);
    assertThat(SuiteReport.read(report).values())
        .containsExactly(
            new Verdict("[k8s.io] Pods basic runs", Outcome.PASSED, ""),
            new Verdict("hangs", Outcome.FAILED, "no / answer in time"),
            new Verdict("windows", Outcome.SKIPPED, ""));
  }

  @Test
  void keepsReasonsWrittenByHandWhileTheVerdictStays() throws IOException {
    Path page = folder.resolve("page.md");
    NavigableMap<String, Verdict> old = map(new Verdict("a", Outcome.FAILED, "comes later"));
    NavigableMap<String, Verdict> now =
        map(new Verdict("a", Outcome.FAILED, "boom"), new Verdict("b", Outcome.PASSED, ""));
    RecordPage.write(page, "v1", now, old);
    assertThat(RecordPage.read(page).values())
        .containsExactly(
            new Verdict("a", Outcome.FAILED, "comes later"), new Verdict("b", Outcome.PASSED, ""));
    assertThat(RecordPage.read(folder.resolve("none.md"))).isEmpty();
  }

  private static NavigableMap<String, Verdict> map(Verdict... verdicts) {
    NavigableMap<String, Verdict> map = new TreeMap<>();
    for (Verdict verdict : verdicts) {
      map.put(verdict.spec(), verdict);
    }
    return map;
  }
}
