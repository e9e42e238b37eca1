package dev.berth.shim;

import java.util.List;
import java.util.Map;

/**
 * A container.
 *
 * @param id its id, at most 128 characters
 * @param cgroupDirs absolute paths of the cgroups to live in: one a v1 hierarchy, the unified one
 *     too where it is there; empty leaves it in the shim's
 * @param hostname set in a UTS namespace of the container's own; empty leaves it
 * @param devices device files
 * @param symlinks links such as {@code /dev/stdin}
 * @param maskedPaths hidden: a file by /dev/null, a directory by an empty read-only one
 * @param readonlyPaths made read-only, with all that is mounted below
 * @param sysctls key with dots → value, written inside the container's namespaces
 * @param exitRecordPath absolute path of a file that the shim makes now and writes at exit
 */
public record ContainerPlan(
    String id,
    Namespaces namespaces,
    List<String> cgroupDirs,
    String hostname,
    RootPlan root,
    List<MountOp> mounts,
    List<DeviceNode> devices,
    List<Symlink> symlinks,
    List<String> maskedPaths,
    List<String> readonlyPaths,
    Map<String, String> sysctls,
    ProcessPlan process,
    StdioPlan stdio,
    String exitRecordPath) {

  public ContainerPlan {
    cgroupDirs = List.copyOf(cgroupDirs);
    mounts = List.copyOf(mounts);
    devices = List.copyOf(devices);
    symlinks = List.copyOf(symlinks);
    maskedPaths = List.copyOf(maskedPaths);
    readonlyPaths = List.copyOf(readonlyPaths);
    sysctls = Map.copyOf(sysctls);
  }

  ContainerPlan withStdio(StdioPlan other) {
    return new ContainerPlan(
        id,
        namespaces,
        cgroupDirs,
        hostname,
        root,
        mounts,
        devices,
        symlinks,
        maskedPaths,
        readonlyPaths,
        sysctls,
        process,
        other,
        exitRecordPath);
  }
}
