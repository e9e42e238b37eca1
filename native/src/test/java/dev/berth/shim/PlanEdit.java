package dev.berth.shim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Changes single parts of a plan, for tests. */
final class PlanEdit {
  private ContainerPlan plan;

  private PlanEdit(ContainerPlan plan) {
    this.plan = plan;
  }

  static PlanEdit of(ContainerPlan plan) {
    return new PlanEdit(plan);
  }

  PlanEdit namespaces(Namespaces namespaces) {
    return with(namespaces, plan.root(), plan.mounts(), plan.process(), plan.stdio());
  }

  PlanEdit root(RootPlan root) {
    return with(plan.namespaces(), root, plan.mounts(), plan.process(), plan.stdio());
  }

  PlanEdit mounts(List<MountOp> mounts) {
    return with(plan.namespaces(), plan.root(), mounts, plan.process(), plan.stdio());
  }

  PlanEdit mount(MountOp more) {
    List<MountOp> all = new ArrayList<>(plan.mounts());
    all.add(more);
    return mounts(all);
  }

  PlanEdit process(UnaryOperator<ProcessPlan> change) {
    return with(
        plan.namespaces(), plan.root(), plan.mounts(), change.apply(plan.process()), plan.stdio());
  }

  PlanEdit stdio(StdioPlan stdio) {
    return with(plan.namespaces(), plan.root(), plan.mounts(), plan.process(), stdio);
  }

  private PlanEdit with(
      Namespaces namespaces,
      RootPlan root,
      List<MountOp> mounts,
      ProcessPlan process,
      StdioPlan stdio) {
    return all(namespaces, plan.cgroupDirs(), root, mounts, plan.sysctls(), process, stdio, "");
  }

  PlanEdit cgroups(List<String> dirs) {
    return all(
        plan.namespaces(),
        dirs,
        plan.root(),
        plan.mounts(),
        plan.sysctls(),
        plan.process(),
        plan.stdio(),
        plan.hostname());
  }

  PlanEdit sysctls(Map<String, String> sysctls) {
    return all(
        plan.namespaces(),
        plan.cgroupDirs(),
        plan.root(),
        plan.mounts(),
        sysctls,
        plan.process(),
        plan.stdio(),
        plan.hostname());
  }

  PlanEdit hostname(String hostname) {
    return all(
        plan.namespaces(),
        plan.cgroupDirs(),
        plan.root(),
        plan.mounts(),
        plan.sysctls(),
        plan.process(),
        plan.stdio(),
        hostname);
  }

  @SuppressWarnings("TooManyParameters")
  private PlanEdit all(
      Namespaces namespaces,
      List<String> cgroups,
      RootPlan root,
      List<MountOp> mounts,
      Map<String, String> sysctls,
      ProcessPlan process,
      StdioPlan stdio,
      String hostname) {
    plan =
        new ContainerPlan(
            plan.id(),
            namespaces,
            cgroups,
            hostname,
            root,
            mounts,
            plan.devices(),
            plan.symlinks(),
            plan.maskedPaths(),
            plan.readonlyPaths(),
            sysctls,
            process,
            stdio,
            plan.exitRecordPath());
    return this;
  }

  ContainerPlan plan() {
    return plan;
  }

  /** The same process as another user. */
  static ProcessPlan as(ProcessPlan p, UserPlan user, CapabilitySets caps, boolean nnp) {
    return new ProcessPlan(
        p.args(),
        p.env(),
        p.cwd(),
        user,
        caps,
        nnp,
        p.filter(),
        p.rlimits(),
        p.oomScoreAdj(),
        p.umask());
  }

  static ProcessPlan in(ProcessPlan p, String cwd) {
    return new ProcessPlan(
        p.args(),
        p.env(),
        cwd,
        p.user(),
        p.capabilities(),
        p.noNewPrivs(),
        p.filter(),
        p.rlimits(),
        p.oomScoreAdj(),
        p.umask());
  }

  static ProcessPlan filtered(ProcessPlan p, FilterProgram filter, boolean nnp) {
    return new ProcessPlan(
        p.args(),
        p.env(),
        p.cwd(),
        p.user(),
        p.capabilities(),
        nnp,
        filter,
        p.rlimits(),
        500,
        p.umask());
  }
}
