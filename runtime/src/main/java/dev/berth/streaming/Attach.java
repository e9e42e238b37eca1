package dev.berth.streaming;

import dev.berth.container.RecentOutput;
import dev.berth.cri.v1.AttachRequest;
import dev.berth.cri.v1.AttachResponse;
import dev.berth.fault.Fault;
import dev.berth.kernel.FileIo;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.steps.Faults;
import dev.berth.streaming.remotecommand.AttachSession;
import dev.berth.streaming.remotecommand.StreamSet;

/** Answers a URL behind which a client can join a container's streams. */
public final class Attach implements Verb<AttachRequest, AttachResponse> {
  private final Pods pods;
  private final FileIo io;
  private final StreamingServer server;
  private final Faults faults;

  public Attach(Pods pods, FileIo io, StreamingServer server, Faults faults) {
    this.pods = pods;
    this.io = io;
    this.server = server;
    this.faults = faults;
  }

  @Override
  public AttachResponse call(AttachRequest request, CallContext context) {
    Streams.check(request.getTty(), request.getStdin(), request.getStdout(), request.getStderr());
    Container container = pods.container("container_id", request.getContainerId());
    if (request.getTty() != container.born().getConfig().getTty()) {
      throw Fault.InvalidArgument.of(
          "tty", request.getTty(), "the container was created with the opposite");
    }
    var streams =
        new StreamSet(
            request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
    AttachTarget target =
        new AttachTarget(pods, container, streams, new RecentOutput(pods), faults);
    target.check();
    Grant grant =
        new Grant.Remote(
            "attach", streams, client -> AttachSession.begin(client, io, server.calls(), target));
    return AttachResponse.newBuilder().setUrl(server.url(grant)).build();
  }
}
