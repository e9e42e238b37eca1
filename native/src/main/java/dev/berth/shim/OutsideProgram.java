package dev.berth.shim;

import java.time.Duration;
import java.util.List;

/**
 * A program of somebody else's to run: a CNI plugin, for instance.
 *
 * @param path absolute path of the program; nothing is searched
 * @param arguments behind its name
 * @param environment KEY=VALUE strings, all that it gets
 * @param directory where it runs
 * @param input what it reads from its standard input
 * @param deadline after which it is killed, with everything that it started
 * @param mostOutput bytes that it may write, to its output and to its errors each; more ends it
 */
@SuppressWarnings("ArrayRecordComponent") // raw bytes on their way to the program, never compared
public record OutsideProgram(
    String path,
    List<String> arguments,
    List<String> environment,
    String directory,
    byte[] input,
    Duration deadline,
    int mostOutput) {

  /** Keeps copies of the lists. */
  public OutsideProgram {
    arguments = List.copyOf(arguments);
    environment = List.copyOf(environment);
  }

  /** How a program ended. */
  public enum End {
    /** By itself; the number is its status. */
    EXIT,
    /** By a signal; the number is the signal's. */
    SIGNAL,
    /** It did not end in time and was killed. */
    DEADLINE,
    /** It wrote too much and was killed. */
    OUTPUT,
    /** It never began; the number is the errno. */
    START
  }

  /**
   * What became of it.
   *
   * @param number the status, signal or errno; 0 where there is none
   * @param output what it wrote to its standard output
   * @param errors what it wrote to its standard error
   */
  @SuppressWarnings("ArrayRecordComponent") // raw bytes as the program wrote them
  public record Outcome(End end, int number, byte[] output, byte[] errors) {

    /** Whether it ended by itself with status 0. */
    public boolean succeeded() {
      return end == End.EXIT && number == 0;
    }
  }
}
