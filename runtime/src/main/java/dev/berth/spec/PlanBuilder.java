package dev.berth.spec;

import dev.berth.fault.Fault;
import dev.berth.shim.ContainerPlan;
import dev.berth.shim.ExecPlan;
import dev.berth.shim.FilterProgram;
import dev.berth.shim.RootPlan;
import dev.berth.shim.StdioPlan;
import dev.berth.spec.oci.OciProcess;
import dev.berth.spec.oci.OciSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From a spec to what the shim is told. Pure. */
public final class PlanBuilder {
  private PlanBuilder() {}

  /**
   * What a plan needs beyond the spec.
   *
   * @param containerId id of the container
   * @param cgroupDirs absolute paths of the cgroups to live in
   * @param lower absolute paths of the layers, topmost first
   * @param upper absolute path of the writable layer
   * @param work absolute path of a fresh work directory
   * @param filter the compiled seccomp filter
   * @param logRules how its output is written down
   * @param exitRecordPath where the shim records the end
   */
  public record Place(
      String containerId,
      List<String> cgroupDirs,
      List<String> lower,
      String upper,
      String work,
      FilterProgram filter,
      LogRules logRules,
      String exitRecordPath) {
    public Place {
      cgroupDirs = List.copyOf(cgroupDirs);
      lower = List.copyOf(lower);
    }
  }

  /**
   * A container's plan.
   *
   * @throws Fault.InvalidArgument an adjustment of the spec brought something Berth cannot do
   */
  public static ContainerPlan container(ContainerSpec spec, PodFiles pod, Place place) {
    OciSpec oci = spec.oci();
    refuseLabels(oci.process());
    try {
      return new ContainerPlan(
          place.containerId(),
          spec.namespaces(),
          place.cgroupDirs(),
          "",
          new RootPlan(place.lower(), place.upper(), place.work(), oci.root().readonly()),
          oci.mounts().stream().map(m -> MountPlans.of(m, pod.shm())).toList(),
          DevicePlans.nodes(oci),
          DevicePlans.links(oci),
          oci.linux().maskedPaths(),
          oci.linux().readonlyPaths(),
          Map.copyOf(oci.linux().sysctl()),
          ProcessPlans.of(oci.process(), place.filter()),
          stdio(spec.stdio(), place.logRules()),
          place.exitRecordPath());
    } catch (IllegalArgumentException e) {
      throw new Fault.InvalidArgument(
          "plan container " + place.containerId() + ": " + e.getMessage(), e);
    }
  }

  /**
   * One more process, as the container's own user, with its environment, directory, capabilities
   * and filter: never with more than the container has.
   *
   * @param field name of the request's command, for refusals
   * @param container the process of the container's spec
   * @throws Fault.InvalidArgument there is no command
   */
  public static ExecPlan exec(
      String containerId,
      String execId,
      String field,
      List<String> command,
      boolean tty,
      OciProcess container,
      FilterProgram filter,
      List<String> cgroupDirs) {
    OciProcess process = process(field, command, tty, container);
    return new ExecPlan(containerId, execId, ProcessPlans.of(process, filter), tty, cgroupDirs);
  }

  /**
   * The process of such a session.
   *
   * @throws Fault.InvalidArgument there is no command
   */
  public static OciProcess process(
      String field, List<String> command, boolean tty, OciProcess container) {
    return new OciProcess(
        tty,
        container.user(),
        Command.checked(field, command),
        environment(container.env(), tty),
        container.cwd(),
        container.capabilities(),
        container.rlimits(),
        container.noNewPrivileges(),
        container.apparmorProfile(),
        container.oomScoreAdj(),
        container.selinuxLabel());
  }

  private static List<String> environment(List<String> env, boolean tty) {
    if (!tty || env.stream().anyMatch(e -> e.startsWith("TERM="))) {
      return env;
    }
    var withTerm = new ArrayList<>(env);
    withTerm.add("TERM=xterm");
    return withTerm;
  }

  private static StdioPlan stdio(Stdio stdio, LogRules log) {
    return new StdioPlan(
        stdio.logPath(), stdio.tty(), stdio.stdin(), log.maxLineBytes(), log.stalls());
  }

  /** A label that would silently not be applied is worse than a refusal. */
  private static void refuseLabels(OciProcess process) {
    if (process.apparmorProfile() != null || process.selinuxLabel() != null) {
      throw new Fault.Unimplemented(
          "apply AppArmor profile \"%s\", SELinux label \"%s\": not supported yet"
              .formatted(process.apparmorProfile(), process.selinuxLabel()));
    }
  }
}
