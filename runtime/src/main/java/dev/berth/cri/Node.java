package dev.berth.cri;

import dev.berth.config.BerthConfig;
import dev.berth.cri.v1.ImageServiceGrpc;
import dev.berth.cri.v1.RuntimeFeatures;
import dev.berth.cri.v1.RuntimeHandler;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.daemon.BerthVersion;
import dev.berth.daemon.CriServices;
import dev.berth.daemon.InstanceId;
import dev.berth.rpc.VerbService;
import java.util.List;
import java.util.Map;

/** The services of a node: which verb answers which method. */
public final class Node implements CriServices {
  private final VerbService runtime;
  private final VerbService images;

  private Node(VerbService runtime, VerbService images) {
    this.runtime = runtime;
    this.images = images;
  }

  /** Opens everything that the verbs stand on. */
  public static Node open(BerthConfig config, InstanceId instance) {
    var readiness = new NotYet(instance);
    var handler = RuntimeHandler.newBuilder().setName("").build();
    var runtime =
        new VerbService(RuntimeServiceGrpc.getServiceDescriptor())
            .serve(RuntimeServiceGrpc.getVersionMethod(), new Version(BerthVersion.TEXT))
            .serve(
                RuntimeServiceGrpc.getStatusMethod(),
                new NodeStatus(readiness, List.of(handler), RuntimeFeatures.getDefaultInstance()))
            .serve(
                RuntimeServiceGrpc.getRuntimeConfigMethod(),
                new ReportRuntimeConfig(config.cgroup().driver()))
            .serve(RuntimeServiceGrpc.getUpdateRuntimeConfigMethod(), new UpdateRuntimeConfig());
    return new Node(runtime, new VerbService(ImageServiceGrpc.getServiceDescriptor()));
  }

  @Override
  public List<VerbService> services() {
    return List.of(runtime, images);
  }

  @Override
  public void close() {}

  private record NotYet(InstanceId instance) implements Readiness {
    @Override
    public Condition runtime() {
      return Condition.notReady("NotImplemented", "this version cannot run pods yet");
    }

    @Override
    public Condition network() {
      return Condition.notReady("NotImplemented", "this version cannot attach pods yet");
    }

    @Override
    public Map<String, String> info() {
      return Map.of("instance", "\"" + instance + "\"");
    }
  }
}
