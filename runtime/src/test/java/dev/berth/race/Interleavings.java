package dev.berth.race;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * All schedules with at most so many preemptions: changes from a participant that could have gone
 * on. Most mistakes of concurrency need one or two.
 */
final class Interleavings {
  private final int preemptions;
  private final int most;

  /**
   * Schedules with so many preemptions.
   *
   * @param most how many of them are run, by this class's order
   */
  Interleavings(int preemptions, int most) {
    this.preemptions = preemptions;
    this.most = most;
  }

  /**
   * Runs every schedule once, or as many as are wanted.
   *
   * @param run sets up, runs the schedule and checks
   * @return how many there were
   */
  int explore(Consumer<Schedule> run) {
    Deque<List<Integer>> todo = new ArrayDeque<>(List.of(List.of()));
    int runs = 0;
    while (!todo.isEmpty() && runs < most) {
      List<Integer> choices = todo.pop();
      Schedule schedule = new Schedule(choices);
      try {
        run.accept(schedule);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("schedule " + choices + ": " + e.getMessage(), e);
      }
      runs++;
      alternatives(schedule.decisions(), choices.size()).forEach(todo::push);
    }
    return runs;
  }

  /** The other ways that this run could have gone behind the choices that it was given. */
  private List<List<Integer>> alternatives(List<Schedule.Decision> decisions, int given) {
    List<List<Integer>> others = new ArrayList<>();
    List<Integer> before = new ArrayList<>();
    int spent = 0;
    for (int i = 0; i < decisions.size(); i++) {
      Schedule.Decision decision = decisions.get(i);
      if (i >= given && spent + (decision.lastCanMove() ? 1 : 0) <= preemptions) {
        for (int other = 1; other < decision.of(); other++) {
          List<Integer> choices = new ArrayList<>(before);
          choices.add(other);
          others.add(choices);
        }
      }
      spent += decision.lastCanMove() && decision.chosen() != 0 ? 1 : 0;
      before.add(decision.chosen());
    }
    return others;
  }
}
