package dev.berth.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The file by which a test breaks steps of a daemon, and the one in which the daemon lists the
 * steps that ran; {@code dev.berth.steps.FaultFile} describes both.
 */
final class FaultSwitch {
  static final String VARIABLE = "BERTH_TEST_FAULTS";

  private final Path file;
  private final Path seen;

  /** The switch of a daemon that was started with {@link #VARIABLE} naming this file. */
  FaultSwitch(Path file) {
    this.file = file;
    this.seen = file.resolveSibling(file.getFileName() + ".seen");
  }

  /**
   * Breaks one step from now on.
   *
   * @param step {@code OPERATION/STEP}
   */
  void breakStep(String step, StepFault fault) {
    write(step + " " + fault.words() + "\n");
  }

  /** Breaks nothing any more; a step that hangs goes on. */
  void mend() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets which steps ran. */
  void forget() {
    try {
      Files.deleteIfExists(seen);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The steps that began since {@link #forget}, as {@code OPERATION/STEP}, each once, in order. */
  List<String> seen() {
    return begun().stream().distinct().toList();
  }

  /** How often a step began since {@link #forget}. */
  long times(String step) {
    return begun().stream().filter(step::equals).count();
  }

  private List<String> begun() {
    if (!Files.exists(seen)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(seen)) {
      return lines.map(line -> line.split(" ", 3)).map(words -> words[0] + "/" + words[2]).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One write to a fresh file: the daemon reads it while it is being replaced. */
  private void write(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
