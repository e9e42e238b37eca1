package dev.berth.shim;

import java.util.List;

/**
 * A shim to start.
 *
 * @param podId for diagnosis and to refuse somebody else's shim
 * @param socketPath absolute path of the socket it makes, of any length; its directory exists
 * @param cgroupDirs absolute paths of cgroups for the shim itself, outside the pod's and the
 *     daemon's; empty leaves it in the daemon's
 */
public record ShimSpec(String podId, String socketPath, List<String> cgroupDirs) {
  public ShimSpec {
    cgroupDirs = List.copyOf(cgroupDirs);
  }
}
