package dev.berth.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {
  private final List<String> log = new ArrayList<>();

  private void threeSteps(Faults faults) throws Exception {
    try (var steps = Steps.begin("op", faults)) {
      for (String name : List.of("a", "b", "c")) {
        steps.undo(name, () -> log.add("undo " + name)).run(name, () -> log.add(name));
      }
      steps.commit();
    }
  }

  private static Faults failAt(int at, boolean after) {
    return new Faults() {
      @Override
      public void before(String operation, int number, String step) throws Exception {
        if (!after && number == at) {
          throw new IllegalStateException("broken " + step);
        }
      }

      @Override
      public void after(String operation, int number, String step) throws Exception {
        if (after && number == at) {
          throw new IllegalStateException("broken " + step);
        }
      }
    };
  }

  @Test
  void committedStepsAreNotUndone() throws Exception {
    threeSteps(Faults.NONE);
    assertThat(log).containsExactly("a", "b", "c");
  }

  @Test
  void aFailedStepUndoesItselfAndWhatWasBeforeInReverse() {
    assertThatThrownBy(() -> threeSteps(failAt(2, false))).hasMessage("broken b");
    assertThat(log).containsExactly("a", "undo b", "undo a");
  }

  @Test
  void aStepThatHappenedAndThenFailedIsUndone() {
    assertThatThrownBy(() -> threeSteps(failAt(3, true))).hasMessage("broken c");
    assertThat(log).containsExactly("a", "b", "c", "undo c", "undo b", "undo a");
  }

  @Test
  void everyUndoRunsAndFailuresAreSuppressed() {
    assertThatThrownBy(
            () -> {
              try (var steps = Steps.begin("op", Faults.NONE)) {
                steps.undo("a", () -> log.add("undo a")).run("a", () -> {});
                steps.undo("b", () -> broken("b")).run("b", () -> {});
                steps.undo("c", () -> broken("c")).run("c", () -> broken("the step"));
              }
            })
        .hasMessage("the step")
        .satisfies(
            e -> {
              assertThat(e.getSuppressed()).singleElement().isInstanceOf(UndoFailed.class);
              assertThat(e.getSuppressed()[0].getSuppressed()).hasSize(1);
            });
    assertThat(log).containsExactly("undo a");
  }

  @Test
  void timingsNameTheStepsInOrder() throws Exception {
    try (var steps = Steps.begin("op", Faults.NONE)) {
      steps.run("a", () -> {});
      steps.run("b", () -> {});
      assertThat(steps.timings()).extracting(Steps.Timing::step).containsExactly("a", "b");
    }
  }

  private static void broken(String what) {
    throw new IllegalStateException(what);
  }
}
