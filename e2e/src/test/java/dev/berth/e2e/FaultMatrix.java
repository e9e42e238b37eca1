package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.PodSandboxConfig;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Every step of a pod's life with every fault, on one daemon.
 *
 * <p>The steps are those that the daemon lists itself while it lives through one life, so a new one
 * is in the matrix by being there.
 */
final class FaultMatrix {

  /** One of the matrix: a step, as {@code OPERATION/STEP}, and what happens to it. */
  record Cell(String step, StepFault fault) {
    @Override
    public String toString() {
      return step + " " + fault;
    }
  }

  /** Whether each step meets each fault. */
  static final boolean WHOLE = Boolean.getBoolean("berth.faults.whole");

  private static final List<StepFault> TURNS =
      List.of(StepFault.FAILS_BEFORE, StepFault.FAILS_AFTER, StepFault.HANGS);

  private final Testbed bed;
  private final Map<String, String> requests = new LinkedHashMap<>();
  private final Map<String, Map<StepFault, String>> outcomes = new TreeMap<>();

  FaultMatrix(Testbed bed) {
    this.bed = bed;
  }

  private FaultSwitch faults() {
    return new FaultSwitch(bed.daemon().settings().home().resolve("faults"));
  }

  /**
   * The steps of a life that had everything to do, in order: each with the death of the daemon and
   * with one of the other faults, in turn from day to day, or with all of them when the system
   * property {@code berth.faults.whole} is true.
   *
   * @param operations whose steps are wanted
   */
  List<Cell> cells(Predicate<String> operations) {
    List<Cell> cells = new ArrayList<>();
    int turn = LocalDate.now(ZoneOffset.UTC).getDayOfYear();
    for (String step : steps()) {
      if (operations.test(step.substring(0, step.indexOf('/')))) {
        StepFault inTurn = TURNS.get(turn++ % TURNS.size());
        for (StepFault fault : StepFault.values()) {
          if (WHOLE || fault == StepFault.DIES || fault == inTurn) {
            cells.add(new Cell(step, fault));
          }
        }
      }
    }
    return cells;
  }

  /** The steps of the listed life, which is lived when they are asked for first. */
  Set<String> steps() {
    if (requests.isEmpty()) {
      WholeLife.live(config("first"), new Plain());
      WholeLife.live(config("listing"), new Listing());
    }
    return requests.keySet();
  }

  /**
   * How each step's faults ended, so far: what the broken request was answered, and what became of
   * the next one.
   */
  Map<String, Map<StepFault, String>> outcomes() {
    return outcomes;
  }

  /** A life with one broken step; it must come to its end all the same. */
  void live(Cell cell) {
    Broken life = new Broken(cell, requests.getOrDefault(cell.step(), ""));
    WholeLife.live(config("broken"), life);
    assertThat(life.outcome).as("whether %s was met", cell).isNotEmpty();
    outcomes
        .computeIfAbsent(cell.step(), key -> new EnumMap<>(StepFault.class))
        .put(cell.fault(), life.outcome);
  }

  private PodSandboxConfig config(String name) {
    return WholeLife.config(bed.node(), name);
  }

  /** Sends every request once. */
  private final class Plain implements WholeLife.Sender {
    @Override
    public <T> T send(String name, Function<Node, T> request, Function<Node, T> next) {
      return request.apply(bed.node());
    }
  }

  /** Notes which steps each request has. */
  private final class Listing implements WholeLife.Sender {
    @Override
    public <T> T send(String name, Function<Node, T> request, Function<Node, T> next) {
      faults().forget();
      T answer = request.apply(bed.node());
      faults().seen().forEach(step -> requests.putIfAbsent(step, name));
      return answer;
    }
  }

  /** Breaks the request that has the step. */
  private final class Broken implements WholeLife.Sender {
    private final Cell cell;
    private final String at;
    private String outcome = "";

    Broken(Cell cell, String at) {
      this.cell = cell;
      this.at = at;
    }

    @Override
    public <T> T send(String name, Function<Node, T> request, Function<Node, T> next) {
      if (!name.equals(at)) {
        return request.apply(bed.node());
      }
      if (isDoneBehind()) {
        return answered(request);
      }
      BrokenCall.Outcome<T> how =
          new BrokenCall(bed, faults(), cell.step(), cell.fault()).make(request, next);
      boolean joined = cell.fault() == StepFault.HANGS && faults().times(cell.step()) == 1;
      outcome = how.failure() + (joined ? ", then joined" : ", then done");
      return how.answer();
    }

    /** What a plugin does not delete does not keep a pod: it is tried again behind the answer. */
    private boolean isDoneBehind() {
      return cell.step().startsWith("DetachCni/")
          && (cell.fault() == StepFault.FAILS_BEFORE || cell.fault() == StepFault.FAILS_AFTER);
    }

    private <T> T answered(Function<Node, T> request) {
      faults().forget();
      faults().breakStep(cell.step(), cell.fault());
      try {
        T answer = request.apply(bed.node());
        assertThat(faults().seen()).contains(cell.step());
        outcome = "OK, done behind the answer";
        return answer;
      } finally {
        faults().mend();
      }
    }
  }
}
