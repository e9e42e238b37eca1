package dev.berth.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command says when the daemon refuses, or is not there. */
final class Refusal {
  private Refusal() {}

  /**
   * One line for people.
   *
   * @param command its name, without {@code berth}
   * @param socket where the daemon was asked
   */
  static String line(String command, Path socket, StatusRuntimeException failure) {
    return "berth " + command + ": " + why(socket, failure.getStatus());
  }

  private static String why(Path socket, Status status) {
    if (status.getCode() == Status.Code.UNAVAILABLE && status.getCause() instanceof IOException) {
      return Files.exists(socket)
          ? "no daemon answers at " + socket
          : "there is no socket " + socket + "; does the daemon run, or with another --socket?";
    }
    String description = status.getDescription();
    return description == null ? status.getCode().name() : description;
  }
}
