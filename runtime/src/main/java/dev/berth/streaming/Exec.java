package dev.berth.streaming;

import dev.berth.container.RunningContainers;
import dev.berth.cri.v1.ExecRequest;
import dev.berth.cri.v1.ExecResponse;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Container;
import dev.berth.streaming.remotecommand.ExecSession;
import dev.berth.streaming.remotecommand.StreamSet;

/**
 * Answers a URL behind which a command is run in a container. It is run when a client has opened
 * its streams there; what goes wrong then is told on the error stream.
 */
public final class Exec implements Verb<ExecRequest, ExecResponse> {
  private final RunningContainers containers;
  private final ExecStarters starters;
  private final StreamingServer server;

  public Exec(RunningContainers containers, ExecStarters starters, StreamingServer server) {
    this.containers = containers;
    this.starters = starters;
    this.server = server;
  }

  @Override
  public ExecResponse call(ExecRequest request, CallContext context) {
    if (request.getCmdCount() == 0) {
      throw Fault.InvalidArgument.of("cmd", "", "must have at least one word");
    }
    Streams.check(request.getTty(), request.getStdin(), request.getStdout(), request.getStderr());
    Container container = containers.running("container_id", request.getContainerId(), "exec in");
    var streams =
        new StreamSet(
            request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
    var starter = starters.starter(container, request.getCmdList(), streams);
    Grant grant =
        new Grant.Remote(
            "exec",
            streams,
            client -> ExecSession.begin(client, starters.io(), server.calls(), starter));
    return ExecResponse.newBuilder().setUrl(server.url(grant)).build();
  }
}
