package dev.berth.shim;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs outside programs through the shim's binary, which keeps their deadline and their bounds and
 * ends all that they started, also when this daemon ends first ({@code src/main/c/outside.h}).
 *
 * <p>Threads: safe; a call blocks its thread until the program has ended, so never a virtual one.
 */
public final class OutsidePrograms implements AutoCloseable {
  private static final int REPORT = 3;
  private static final int LIFELINE = 4;
  private static final int LONGEST_REPORT = 64;

  private final Kernel kernel;
  private final Object lock = new Object();
  // Made with the first program.
  private @Nullable Fd runner;

  /** Starts nothing yet. */
  public OutsidePrograms(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Runs one and waits for its end.
   *
   * @throws IOException when the runner itself could not do its work
   */
  public OutsideProgram.Outcome run(OutsideProgram program) throws IOException {
    FileIo io = kernel.io();
    try (Fd input = io.memfd("berth-input", false);
        Fd output = io.memfd("berth-output", false);
        Fd errors = io.memfd("berth-errors", false);
        Fd report = io.memfd("berth-report", false);
        FileIo.Pipe lifeline = io.pipe(0)) {
      io.writeAll(input, ByteBuffer.wrap(program.input()));
      io.seek(input, 0);
      Map<Integer, Fd> descriptors =
          Map.of(0, input, 1, output, 2, errors, REPORT, report, LIFELINE, lifeline.read());
      await(spawn(program, descriptors));
      return outcome(
          program,
          text(read(report, LONGEST_REPORT)),
          read(output, program.mostOutput()),
          read(errors, program.mostOutput()));
    }
  }

  private int spawn(OutsideProgram program, Map<Integer, Fd> descriptors) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "berth-shim",
                "--run",
                program.directory(),
                Long.toString(program.deadline().toMillis()),
                Integer.toString(program.mostOutput()),
                program.path()));
    words.addAll(program.arguments());
    String self = "/proc/" + ProcessHandle.current().pid() + "/fd/" + runner().number();
    return kernel
        .processes()
        .spawn(new Processes.Spawn(self, words, program.environment(), descriptors, true));
  }

  private void await(int pid) throws IOException {
    // It keeps the program's deadline itself and adds at most two seconds of cleaning.
    Processes.Exit exit = kernel.processes().waitFor(pid, 0).orElseThrow();
    if (exit.signalled() || exit.status() != 0) {
      throw new IOException("the runner of outside programs ended with " + exit.status());
    }
  }

  private static OutsideProgram.Outcome outcome(
      OutsideProgram program, String report, byte[] output, byte[] errors) throws IOException {
    String[] words = report.split(" ", 2);
    try {
      var end = OutsideProgram.End.valueOf(words[0].toUpperCase(Locale.ROOT));
      int number = words.length > 1 ? Integer.parseInt(words[1]) : 0;
      return new OutsideProgram.Outcome(end, number, output, errors);
    } catch (IllegalArgumentException e) {
      throw new IOException("run " + program.path() + ": its runner said \"" + report + "\"", e);
    }
  }

  private byte[] read(Fd file, int most) throws ErrnoException {
    ByteBuffer room = ByteBuffer.allocate(most);
    int read = 1;
    while (room.hasRemaining() && read > 0) {
      read = kernel.io().pread(file, room, room.position());
    }
    byte[] bytes = new byte[room.position()];
    room.flip().get(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private Fd runner() throws IOException {
    synchronized (lock) {
      Fd known = runner;
      if (known == null) {
        known = SealedProgram.of(kernel, "berth-run", ShimBinary.load(null));
        runner = known;
      }
      return known;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (runner != null) {
        runner.close();
      }
      runner = null;
    }
  }
}
