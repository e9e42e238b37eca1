package dev.berth.cli;

import dev.berth.api.v1.NodeGrpc;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.rpc.CriChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** What every command that asks a running daemon has: its socket, and the form of the answer. */
final class Client {
  private static final int SECONDS = 15;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "the daemon's socket; default ${DEFAULT-VALUE}",
      defaultValue = "/run/berth/berth.sock")
  Path socket = Path.of("/run/berth/berth.sock");

  @Option(names = "-o", paramLabel = "FORMAT", description = "table or json")
  Form form = Form.table;

  /** How answers are shown. */
  enum Form {
    table,
    json
  }

  /** What a command does with the daemon. */
  @FunctionalInterface
  interface Work {
    void with(Stubs stubs) throws Exception;
  }

  /** The daemon's services; each call from {@link #runtime} and {@link #node} has a deadline. */
  record Stubs(CriChannel channel) {
    RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime() {
      return RuntimeServiceGrpc.newBlockingStub(channel.channel())
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }

    /** For streams that go on until somebody ends them. */
    RuntimeServiceGrpc.RuntimeServiceBlockingStub endless() {
      return RuntimeServiceGrpc.newBlockingStub(channel.channel());
    }

    NodeGrpc.NodeBlockingStub node() {
      return NodeGrpc.newBlockingStub(channel.channel())
          .withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Runs a command; its exit code. A daemon's refusal is one line on standard error. */
  int run(String command, Work work) throws Exception {
    try (CriChannel channel = new CriChannel(socket)) {
      work.with(new Stubs(channel));
      return 0;
    } catch (StatusRuntimeException e) {
      System.err.println(Refusal.line(command, socket, e));
      return 1;
    }
  }

  boolean json() {
    return form == Form.json;
  }
}
