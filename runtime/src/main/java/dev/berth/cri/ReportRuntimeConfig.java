package dev.berth.cri;

import dev.berth.config.CgroupDriver;
import dev.berth.cri.v1.LinuxRuntimeConfiguration;
import dev.berth.cri.v1.RuntimeConfigRequest;
import dev.berth.cri.v1.RuntimeConfigResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/**
 * The CRI's RuntimeConfig: which cgroup driver the kubelet must use.
 *
 * <p>The answer never changes while the daemon runs: the kubelet asks once. The driver is always
 * set, since the enum's zero means systemd.
 */
public final class ReportRuntimeConfig
    implements Verb<RuntimeConfigRequest, RuntimeConfigResponse> {
  private final RuntimeConfigResponse answer;

  /** With the driver that makes the containers' control groups. */
  public ReportRuntimeConfig(CgroupDriver driver) {
    var cri =
        switch (driver) {
          case CGROUPFS -> dev.berth.cri.v1.CgroupDriver.CGROUPFS;
        };
    answer =
        RuntimeConfigResponse.newBuilder()
            .setLinux(LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(cri))
            .build();
  }

  @Override
  public RuntimeConfigResponse call(RuntimeConfigRequest request, CallContext context) {
    return answer;
  }
}
