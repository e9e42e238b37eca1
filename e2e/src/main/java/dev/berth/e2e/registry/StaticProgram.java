package dev.berth.e2e.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Compiles the small C programs that tests and their images use. */
public final class StaticProgram {
  private StaticProgram() {}

  /**
   * Compiles a source file of this module into a static program.
   *
   * @param name the source's name without {@code .c}
   * @throws IOException when there is no compiler or it refuses, with what it said
   */
  public static byte[] compile(String name) throws IOException {
    Path folder = Files.createTempDirectory("berth-e2e-cc");
    Path source = folder.resolve(name + ".c");
    Path program = folder.resolve(name);
    try (InputStream in = StaticProgram.class.getResourceAsStream("/c/" + name + ".c")) {
      Files.write(source, Objects.requireNonNull(in, name).readAllBytes());
      run(List.of("gcc", "-Os", "-static", "-s", "-o", program.toString(), source.toString()));
      return Files.readAllBytes(program);
    } finally {
      Files.deleteIfExists(program);
      Files.deleteIfExists(source);
      Files.delete(folder);
    }
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while compiling");
    }
  }
}
