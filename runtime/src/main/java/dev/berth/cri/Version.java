package dev.berth.cri;

import dev.berth.cri.v1.VersionRequest;
import dev.berth.cri.v1.VersionResponse;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;

/**
 * The CRI's Version: who answers, and which interface.
 *
 * <p>The kubelet refuses a runtime whose {@code version} is not its own "0.1.0", and parses {@code
 * runtime_version} as a semantic version.
 */
public final class Version implements Verb<VersionRequest, VersionResponse> {
  private final VersionResponse answer;

  /** With Berth's own version, e.g. {@code 0.1.0}. */
  public Version(String berthVersion) {
    answer =
        VersionResponse.newBuilder()
            .setVersion("0.1.0")
            .setRuntimeName("berth")
            .setRuntimeVersion(berthVersion)
            .setRuntimeApiVersion("v1")
            .build();
  }

  @Override
  public VersionResponse call(VersionRequest request, CallContext context) {
    return answer;
  }
}
