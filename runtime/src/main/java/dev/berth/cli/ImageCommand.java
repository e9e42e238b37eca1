package dev.berth.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.api.v1.ImagesGrpc;
import dev.berth.rpc.CriChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks a running daemon about its images. */
abstract class ImageCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How answers are written. */
  enum Output {
    text,
    json
  }

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "the daemon's socket; default /run/berth/berth.sock")
  Path socket = Path.of("/run/berth/berth.sock");

  @Option(names = "-o", paramLabel = "FORMAT", description = "text (the default) or json")
  Output output = Output.text;

  @Spec CommandSpec spec = CommandSpec.create();

  /**
   * Asks and shows.
   *
   * @return the exit code
   */
  abstract int ask(ImagesGrpc.ImagesBlockingStub images);

  @Override
  public Integer call() {
    try (var channel = new CriChannel(socket)) {
      return ask(ImagesGrpc.newBlockingStub(channel.channel()));
    } catch (StatusRuntimeException e) {
      System.err.println(Refusal.line(spec.name(), socket, e));
      return 1;
    }
  }

  /** Whether the answer is wanted as JSON. */
  boolean asJson() {
    return output == Output.json;
  }

  /** Prints a map or a list as JSON. */
  static void print(Object value) {
    try {
      System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of our own is not JSON", e);
    }
  }

  /** Bytes for people. */
  static String size(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    if (bytes < 1 << 20) {
      return "%.1f KiB".formatted(bytes / 1024.0);
    }
    return bytes < 1L << 30
        ? "%.1f MiB".formatted(bytes / 1048576.0)
        : "%.2f GiB".formatted(bytes / 1073741824.0);
  }
}
