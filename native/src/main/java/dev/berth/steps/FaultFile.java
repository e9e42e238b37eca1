package dev.berth.steps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Faults that a test writes into a file, for a daemon in another process.
 *
 * <p>The file has a line for each fault: {@code OPERATION/STEP WHEN WHAT}, where WHEN is {@code
 * before} or {@code after} and WHAT is {@code fail}, {@code hang} or {@code kill} (the daemon, with
 * SIGKILL). {@code OPERATION/#3} means the third step, whatever its name. It is read anew at every
 * step, so it can be changed while the daemon runs, and a hang ends when its line goes.
 *
 * <p>Beside it a file with {@code .seen} at its end gets a line for each step that ran: {@code
 * OPERATION NUMBER STEP}. A test that walks over all steps takes them from there.
 */
public final class FaultFile implements Faults {
  private static final long HANG_POLL_MILLIS = 5;

  private final Path file;
  private final Path seen;
  private final Runnable killDaemon;

  /**
   * Faults from a file.
   *
   * @param file need not exist yet
   * @param killDaemon sends SIGKILL to this process
   */
  public FaultFile(Path file, Runnable killDaemon) {
    this.file = file;
    this.seen = file.resolveSibling(file.getFileName() + ".seen");
    this.killDaemon = killDaemon;
  }

  @Override
  public void before(String operation, int number, String step) throws Exception {
    append(operation + " " + number + " " + step + "\n");
    act("before", operation, number, step);
  }

  @Override
  public void after(String operation, int number, String step) throws Exception {
    act("after", operation, number, step);
  }

  private void act(String when, String operation, int number, String step) throws Exception {
    for (String line : lines()) {
      List<String> words = Arrays.asList(line.strip().split(" +"));
      if (words.size() == 3
          && words.get(1).equals(when)
          && names(words.get(0), operation, number, step)) {
        act(words.get(2), line, operation + "/" + step);
      }
    }
  }

  private static boolean names(String where, String operation, int number, String step) {
    return where.equals(operation + "/" + step) || where.equals(operation + "/#" + number);
  }

  private void act(String what, String line, String where) throws Exception {
    switch (what) {
      case "fail" -> throw new IOException("fault switch: " + where + " fails");
      case "hang" -> {
        while (lines().contains(line)) {
          Thread.sleep(HANG_POLL_MILLIS);
        }
      }
      case "kill" -> killDaemon.run();
      default -> throw new IllegalArgumentException("fault switch: \"" + line + "\"");
    }
  }

  private List<String> lines() throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private void append(String line) {
    try {
      Files.writeString(seen, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
