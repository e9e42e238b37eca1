package dev.berth.spec;

import dev.berth.spec.oci.OciProcess.Rlimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the machine and the daemon's config have to do with a translation.
 *
 * @param capabilities mask of what the daemon can give away
 * @param appArmor whether a profile can be applied
 * @param appArmorDefault the loaded profile that stands for the runtime's default, null for none
 * @param seLinux whether labels can be applied
 * @param oomScoreAdjFloor lowest value the daemon may set
 * @param unifiedCgroups whether every controller is on cgroup v2
 * @param hostDevicesForPrivileged whether a privileged container gets the machine's devices
 * @param rlimits limits that every container gets
 * @param hostname the machine's name
 * @param mappedLayers whether the kernel takes an id-mapped clone as a layer of a root, which user
 *     namespaces need: since Linux 6.15
 */
public record MachineFacts(
    long capabilities,
    boolean appArmor,
    @Nullable String appArmorDefault,
    boolean seLinux,
    int oomScoreAdjFloor,
    boolean unifiedCgroups,
    boolean hostDevicesForPrivileged,
    List<Rlimit> rlimits,
    String hostname,
    boolean mappedLayers) {

  public MachineFacts {
    rlimits = List.copyOf(rlimits);
  }
}
