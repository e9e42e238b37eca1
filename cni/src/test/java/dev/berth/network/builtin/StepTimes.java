package dev.berth.network.builtin;

import dev.berth.steps.Faults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sits at the fault switch and notes how long each step takes. For one thread. */
final class StepTimes implements Faults {
  private final Map<String, List<Long>> nanos = new LinkedHashMap<>();
  private long begin;

  @Override
  public void before(String operation, int number, String step) {
    begin = System.nanoTime();
  }

  @Override
  public void after(String operation, int number, String step) {
    nanos
        .computeIfAbsent(operation + "/" + step, s -> new ArrayList<>())
        .add(System.nanoTime() - begin);
  }

  /** Prints the median of each step. */
  void print() {
    nanos.forEach(
        (step, times) -> {
          Collections.sort(times);
          System.out.printf("  %-30s p50 %d us%n", step, times.get(times.size() / 2) / 1000);
        });
  }
}
