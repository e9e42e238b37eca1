package dev.berth.seccomp;

import dev.berth.kernel.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Compiled programs in a folder: a cache, and nothing depends on it.
 *
 * <p>A file is named by the SHA-256 of all that went into the program and begins with the SHA-256
 * of the program, so a damaged or half-written file is as good as none. The folder is the daemon
 * user's alone: who can write to it decides what containers may call.
 */
final class FilterStore {

  /** Changes when the way of compiling does. */
  private static final String FORMAT = "1 ";

  private static final int DIGEST_BYTES = 32;

  /** Makes a program. */
  @FunctionalInterface
  interface Source {
    byte[] make() throws ErrnoException;
  }

  private final Path folder;

  FilterStore(Path folder) {
    this.folder = folder;
  }

  /** The program of a key: the one that is kept, or a new one, which then is kept. */
  byte[] get(String key, Source source) throws ErrnoException {
    byte[] name = sha256((FORMAT + key).getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve(HexFormat.of().formatHex(name));
    Optional<byte[]> kept = read(file);
    if (kept.isPresent()) {
      return kept.get();
    }
    byte[] made = source.make();
    write(file, made);
    return made;
  }

  private static Optional<byte[]> read(Path file) {
    try {
      byte[] all = Files.readAllBytes(file);
      if (all.length <= DIGEST_BYTES) {
        return Optional.empty();
      }
      byte[] program = Arrays.copyOfRange(all, DIGEST_BYTES, all.length);
      byte[] digest = Arrays.copyOf(all, DIGEST_BYTES);
      return Arrays.equals(digest, sha256(program)) ? Optional.of(program) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Written beside and renamed. A folder that cannot be written to costs time and nothing else. */
  private void write(Path file, byte[] program) {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path temporary = Files.createTempFile(folder, "filter", ".new");
      try {
        byte[] digest = sha256(program);
        byte[] all = Arrays.copyOf(digest, DIGEST_BYTES + program.length);
        System.arraycopy(program, 0, all, DIGEST_BYTES, program.length);
        Files.write(temporary, all);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      System.getLogger("dev.berth.seccomp")
          .log(System.Logger.Level.DEBUG, "keep a seccomp program in " + folder, e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java platform has SHA-256", e);
    }
  }
}
