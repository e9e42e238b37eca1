package dev.berth.node;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Processes;
import dev.berth.steps.FaultFile;
import dev.berth.steps.Faults;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** The fault switch: on only in a daemon that a test has started with the environment variable. */
final class TestFaults {
  /** Names the file that a test writes faults into; see {@link FaultFile}. */
  static final String VARIABLE = "BERTH_TEST_FAULTS";

  private TestFaults() {}

  static Faults fromEnvironment() {
    String file = System.getenv(VARIABLE);
    if (file == null || file.isEmpty()) {
      return Faults.NONE;
    }
    LoggerFactory.getLogger(TestFaults.class).warn("steps can be broken by the file {}", file);
    return new FaultFile(Path.of(file), TestFaults::killThisDaemon);
  }

  private static void killThisDaemon() {
    try {
      int pid = Math.toIntExact(ProcessHandle.current().pid());
      Kernel.linux().processes().kill(pid, Processes.SIGKILL);
    } catch (ErrnoException e) {
      throw new UncheckedIOException(e);
    }
  }
}
