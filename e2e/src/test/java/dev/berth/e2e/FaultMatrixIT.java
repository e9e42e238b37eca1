package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.FaultMatrix.Cell;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every step of every operation of a pod's life is broken: it fails before or after it acted, it
 * hangs until its caller gives up, or the daemon is killed there. Then the same request must
 * succeed, and after the life the machine is as before. With {@code -Dberth.faults.whole=true} what
 * came of each is written to docs/reliability.md.
 */
class FaultMatrixIT {
  @RegisterExtension
  static final Testbed BED =
      new Testbed(s -> s.env(FaultSwitch.VARIABLE, s.home().resolve("faults").toString()));

  private static final FaultMatrix MATRIX = new FaultMatrix(BED);
  private static final FaultTable TABLE = new FaultTable("built-in network");

  static List<Cell> cells() {
    return MATRIX.cells(operation -> true);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aLifeWithABrokenStepComesToItsEnd(Cell cell) {
    MATRIX.live(cell);
  }

  @Test
  void everyStepInTheSourcesIsAmongThem() throws IOException {
    assertThat(StepsInSources.missing(MATRIX.steps(), "cni/CniNetwork.java"))
        .as("steps of the sources that no life has, so that nothing broke them")
        .isEmpty();
  }

  @Test
  void theTableHasThem() throws IOException {
    if (!FaultMatrix.WHOLE) {
      assertThat(TABLE.steps()).containsExactlyInAnyOrderElementsOf(MATRIX.steps());
    }
  }

  @AfterAll
  static void write() throws IOException {
    if (FaultMatrix.WHOLE) {
      TABLE.write(MATRIX.outcomes());
    }
  }
}
