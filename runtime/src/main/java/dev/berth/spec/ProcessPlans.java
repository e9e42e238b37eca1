package dev.berth.spec;

import dev.berth.shim.CapabilitySets;
import dev.berth.shim.FilterProgram;
import dev.berth.shim.ProcessPlan;
import dev.berth.shim.Rlimit;
import dev.berth.shim.UserPlan;
import dev.berth.spec.oci.OciProcess;
import java.util.List;

/** From an OCI process to the shim's. */
final class ProcessPlans {
  private static final int UMASK = 022;

  /** By the kernel's number, on every architecture Berth runs on (getrlimit(2)). */
  private static final List<String> RLIMITS =
      List.of(
          "RLIMIT_CPU",
          "RLIMIT_FSIZE",
          "RLIMIT_DATA",
          "RLIMIT_STACK",
          "RLIMIT_CORE",
          "RLIMIT_RSS",
          "RLIMIT_NPROC",
          "RLIMIT_NOFILE",
          "RLIMIT_MEMLOCK",
          "RLIMIT_AS",
          "RLIMIT_LOCKS",
          "RLIMIT_SIGPENDING",
          "RLIMIT_MSGQUEUE",
          "RLIMIT_NICE",
          "RLIMIT_RTPRIO",
          "RLIMIT_RTTIME");

  private ProcessPlans() {}

  /**
   * Translates.
   *
   * @throws IllegalArgumentException a capability or limit that does not exist
   */
  static ProcessPlan of(OciProcess process, FilterProgram filter) {
    OciProcess.User user = process.user();
    Integer umask = user.umask();
    return new ProcessPlan(
        process.args(),
        process.env(),
        process.cwd(),
        new UserPlan(
            user.uid(), user.gid(), user.additionalGids().stream().map(g -> (long) g).toList()),
        capabilities(process.capabilities()),
        process.noNewPrivileges(),
        filter,
        process.rlimits().stream().map(ProcessPlans::limit).toList(),
        process.oomScoreAdj(),
        umask == null ? UMASK : umask);
  }

  private static CapabilitySets capabilities(OciProcess.Capabilities sets) {
    return new CapabilitySets(
        CapabilitySet.mask(sets.bounding()),
        CapabilitySet.mask(sets.effective()),
        CapabilitySet.mask(sets.permitted()),
        CapabilitySet.mask(sets.ambient()));
  }

  private static Rlimit limit(OciProcess.Rlimit limit) {
    int number = RLIMITS.indexOf(limit.type());
    if (number < 0) {
      throw new IllegalArgumentException("no resource limit \"" + limit.type() + "\"");
    }
    return new Rlimit(number, limit.soft(), limit.hard());
  }
}
