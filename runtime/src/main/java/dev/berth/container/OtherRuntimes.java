package dev.berth.container;

import dev.berth.cgroup.Cgroups;
import dev.berth.handler.Bundle;
import dev.berth.handler.HandlerPlans;
import dev.berth.handler.Handlers;
import dev.berth.handler.OciRuntime;
import dev.berth.shim.ContainerPlan;
import dev.berth.shim.ExecPlan;
import dev.berth.shim.OutsideProgram;
import dev.berth.shim.OutsidePrograms;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.spec.PlanBuilder;
import dev.berth.spec.PodFiles;
import dev.berth.spec.oci.OciProcess;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.v1.ContainerRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers that other OCI runtimes make, for pods of a handler that is not Berth's own.
 *
 * <p>Create, start and exec are run by the pod's shim, whose children the processes then are;
 * delete, which only cleans up, by the daemon. Both wait for a program: milliseconds that Berth's
 * own engine does not take.
 *
 * <p>A daemon that dies anywhere in between leaves the container's record; its removal runs delete.
 */
public final class OtherRuntimes {
  private static final Logger LOG = LoggerFactory.getLogger(OtherRuntimes.class);

  private final Handlers handlers;
  private final Pods pods;
  private final Layout layout;
  private final Cgroups cgroups;
  private final OutsidePrograms programs;

  /** Over a node's handlers. */
  public OtherRuntimes(
      Handlers handlers, Pods pods, Layout layout, Cgroups cgroups, OutsidePrograms programs) {
    this.handlers = handlers;
    this.pods = pods;
    this.layout = layout;
    this.cgroups = cgroups;
    this.programs = programs;
  }

  /** The runtime of a pod's containers; null for Berth's own engine. */
  @Nullable OciRuntime of(String sandboxId) {
    Sandbox pod = pods.findSandbox("pod_sandbox_id", sandboxId).orElse(null);
    return pod == null ? null : handlers.find(pod.born().getRuntimeHandler());
  }

  /** Makes a container that waits for its start; answers init's pid. */
  int create(OciRuntime runtime, ContainerRequest asked, ContainerPlan plan, Shim shim)
      throws IOException, ShimFailure {
    ContainerRecord born = asked.born();
    PodFiles files = new PodFiles(layout.pod(born.getSandboxId()).toString());
    String cgroup = cgroups.relative(born.getCgroupsList());
    return shim.createByRuntime(
        HandlerPlans.create(
            runtime,
            bundle(born.getSandboxId(), born.getId()),
            plan,
            asked.spec().oci(),
            files,
            cgroup,
            asked.profile()));
  }

  /** Starts a container. */
  void start(OciRuntime runtime, Container container, Shim shim) throws ShimFailure {
    var process = container.born().getProcess();
    ExecPlan like =
        PlanBuilder.exec(
            container.id(),
            "start",
            "cmd",
            List.of("start"),
            false,
            ProcessRecords.process(process),
            ProcessRecords.filter(process),
            List.of());
    shim.startByRuntime(HandlerPlans.start(runtime, bundle(container), like.process()));
  }

  /** Plans one more process in a container. */
  ExecPlan exec(OciRuntime runtime, Container container, ExecPlan plan, OciProcess process)
      throws IOException {
    List<String> own = container.born().getCgroupsList();
    return HandlerPlans.exec(runtime, bundle(container), plan, process, own);
  }

  /** Deletes what an exec session left. */
  void forgetExec(Container container, String execId) {
    try {
      bundle(container).forget(execId);
    } catch (IOException e) {
      LOG.debug("exec in container {}: its files stay: {}", container.id(), e.getMessage());
    }
  }

  /**
   * Has a pod's runtime forget a container, if it knows it and if it is another runtime's; what
   * cannot be had away does not hold up the removal.
   */
  void delete(String sandboxId, String containerId, List<String> cgroupDirs) throws IOException {
    OciRuntime runtime = of(sandboxId);
    Path folder = layout.run(sandboxId, containerId);
    if (runtime == null || !Files.isDirectory(folder)) {
      return;
    }
    OutsideProgram.Outcome outcome =
        programs.run(HandlerPlans.delete(runtime, bundle(sandboxId, containerId)));
    if (!outcome.succeeded()) {
      LOG.warn(
          "container {}: {} delete ended with {} {}: {}",
          containerId,
          runtime.name(),
          outcome.end(),
          outcome.number(),
          new String(outcome.errors(), StandardCharsets.UTF_8).strip());
    }
    cgroups.removeNamed(cgroupDirs);
  }

  private Bundle bundle(Container container) {
    return bundle(container.sandboxId(), container.id());
  }

  private Bundle bundle(String sandboxId, String containerId) {
    return new Bundle(layout.run(sandboxId, containerId), containerId);
  }
}
