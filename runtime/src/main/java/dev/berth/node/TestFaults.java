package dev.berth.node;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Processes;
import dev.berth.shim.ShimLauncher;
import dev.berth.steps.FaultFile;
import dev.berth.steps.Faults;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/** What only a test changes, by environment variables of the daemon that it starts. */
final class TestFaults {
  /** A shim's program to start pods with, in place of the one that this build carries. */
  private static final String SHIM = "BERTH_TEST_SHIM";

  /** The id of a boot, as if the machine had been started again. */
  private static final String BOOT = "BERTH_TEST_BOOT_ID";

  /** Names the file that a test writes faults into; see {@link FaultFile}. */
  static final String VARIABLE = "BERTH_TEST_FAULTS";

  private TestFaults() {}

  /** The launcher of shims, most often of our own. */
  static ShimLauncher shims(Kernel kernel, Duration deadline) {
    String program = System.getenv(SHIM);
    if (program == null || program.isEmpty()) {
      return ShimLauncher.open(kernel, deadline);
    }
    LoggerFactory.getLogger(TestFaults.class).warn("pods are started with the shim {}", program);
    return ShimLauncher.of(kernel, deadline, Path.of(program));
  }

  /** The running boot, most often the machine's. */
  static String bootId(String ofMachine) {
    String given = System.getenv(BOOT);
    return given == null || given.isEmpty() ? ofMachine : given;
  }

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
