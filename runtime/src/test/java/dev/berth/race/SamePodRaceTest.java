package dev.berth.race;

import static dev.berth.race.World.RUNS;
import static dev.berth.race.World.WAITS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.state.Trash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests for one pod at once, step by step in every order with at most one preemption ({@code
 * -Dberth.race.preemptions} sets more); all of them unless {@code -Dberth.race.orders} says how
 * many of each race. After each: no deadlock, no failure but a refusal, the pod can be removed, and
 * nothing of it is left in memory, in the journal, on the disk or at the shim.
 */
class SamePodRaceTest {
  private static final int PREEMPTIONS = Integer.getInteger("berth.race.preemptions", 1);
  private static final int ORDERS = Integer.getInteger("berth.race.orders", Integer.MAX_VALUE);

  enum Race {
    START_STOP,
    START_START,
    START_REMOVE,
    START_STOP_POD,
    START_REMOVE_POD,
    STOP_STOP,
    STOP_REMOVE,
    REMOVE_REMOVE,
    STOP_EXIT,
    REMOVE_EXIT,
    STOP_STOP_POD,
    REMOVE_REMOVE_POD,
    STOP_POD_REMOVE_POD,
    STOP_START_REMOVE,
    EXEC_STOP,
    EXEC_REMOVE,
    EXEC_EXIT,
    EXEC_STOP_POD,
    EXEC_REMOVE_POD,
    EXEC_EXEC_STOP;

    List<Runnable> participants(World w, Schedule s) {
      return switch (this) {
        case START_STOP -> List.of(w.start(WAITS), w.stop(WAITS));
        case START_START -> List.of(w.start(WAITS), w.start(WAITS));
        case START_REMOVE -> List.of(w.start(WAITS), w.remove(WAITS));
        case START_STOP_POD -> List.of(w.start(WAITS), w.stopPod());
        case START_REMOVE_POD -> List.of(w.start(WAITS), w.removePod());
        case STOP_STOP -> List.of(w.stop(RUNS), w.stop(RUNS));
        case STOP_REMOVE -> List.of(w.stop(RUNS), w.remove(RUNS));
        case REMOVE_REMOVE -> List.of(w.remove(RUNS), w.remove(RUNS));
        case STOP_EXIT -> List.of(w.stop(RUNS), w.exit(s));
        case REMOVE_EXIT -> List.of(w.remove(RUNS), w.exit(s));
        case STOP_STOP_POD -> List.of(w.stop(RUNS), w.stopPod());
        case REMOVE_REMOVE_POD -> List.of(w.remove(RUNS), w.removePod());
        case STOP_POD_REMOVE_POD -> List.of(w.stopPod(), w.removePod());
        case STOP_START_REMOVE -> List.of(w.stop(WAITS), w.start(WAITS), w.remove(WAITS));
        case EXEC_STOP -> List.of(w.exec(), w.stop(RUNS));
        case EXEC_REMOVE -> List.of(w.exec(), w.remove(RUNS));
        case EXEC_EXIT -> List.of(w.exec(), w.exit(s));
        case EXEC_STOP_POD -> List.of(w.exec(), w.stopPod());
        case EXEC_REMOVE_POD -> List.of(w.exec(), w.removePod());
        case EXEC_EXEC_STOP -> List.of(w.exec(), w.exec(), w.stop(RUNS));
      };
    }
  }

  /** In memory where that can be: there are thousands of small files. */
  private static Path folder() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "berth-race")
        : Files.createTempDirectory("berth-race");
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("SystemOut") // its figures
  void nothingIsLostLeftOrStuck(Race race) {
    int runs = new Interleavings(PREEMPTIONS, ORDERS).explore(schedule -> run(race, schedule));
    System.out.println(race + ": " + runs + " orders");
    assertThat(runs).isGreaterThanOrEqualTo(Math.min(ORDERS, 4));
  }

  private static void run(Race race, Schedule schedule) {
    try {
      Path folder = folder();
      try (World world = new World(folder, schedule)) {
        schedule.run(race.participants(world, schedule));
        world.check();
      } finally {
        Trash.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
