package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.e2e.FaultMatrix.Cell;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link FaultMatrixIT}, for attaching and detaching by a distribution's CNI plugins. */
class CniFaultMatrixIT {
  private static final CniLink LINK = new CniLink("cnif");
  @RegisterExtension static final Testbed BED = new Testbed(LINK::configure);

  private static final FaultMatrix MATRIX = new FaultMatrix(BED);
  private static final FaultTable TABLE = new FaultTable("CNI");

  static List<Cell> cells() {
    return MATRIX.cells(CniFaultMatrixIT::isOurs);
  }

  private static boolean isOurs(String operation) {
    return operation.endsWith("Cni");
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aLifeWithABrokenStepComesToItsEnd(Cell cell) {
    MATRIX.live(cell);
    LINK.assertNothingIsLeft(BED.daemon());
  }

  @Test
  void theTableHasThem() throws IOException {
    if (!FaultMatrix.WHOLE) {
      Stream<String> steps = MATRIX.steps().stream().filter(step -> step.contains("Cni/"));
      assertThat(TABLE.steps()).containsExactlyInAnyOrderElementsOf(steps.toList());
    }
  }

  @AfterAll
  static void write() throws Exception {
    if (FaultMatrix.WHOLE) {
      TABLE.write(MATRIX.outcomes());
    }
    LINK.remove();
  }
}
