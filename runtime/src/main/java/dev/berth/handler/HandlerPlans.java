package dev.berth.handler;

import dev.berth.shim.ContainerPlan;
import dev.berth.shim.ExecPlan;
import dev.berth.shim.FilterProgram;
import dev.berth.shim.OutsideProgram;
import dev.berth.shim.ProcessPlan;
import dev.berth.spec.PodFiles;
import dev.berth.spec.oci.OciProcess;
import dev.berth.spec.oci.OciSeccomp;
import dev.berth.spec.oci.OciSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the shim is told to do with an OCI runtime: plans whose process is its command line. */
public final class HandlerPlans {
  private static final Duration DELETE_DEADLINE = Duration.ofSeconds(20);
  private static final int MOST_OUTPUT = 64 * 1024;

  private HandlerPlans() {}

  /**
   * Writes the bundle and plans the container.
   *
   * @param plan what Berth's own engine would do; log, cgroups, root and namespaces are kept
   * @param cgroup path below each hierarchy's root
   */
  public static ContainerPlan create(
      OciRuntime runtime,
      Bundle bundle,
      ContainerPlan plan,
      OciSpec spec,
      PodFiles pod,
      String cgroup,
      @Nullable OciSeccomp seccomp)
      throws IOException {
    OciSpec theirs = BundleSpec.of(spec, pod, bundle, cgroup, seccomp);
    bundle.write(theirs);
    return new ContainerPlan(
        plan.id(),
        plan.namespaces(),
        plan.cgroupDirs(),
        "",
        plan.root(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        command(runtime.create(bundle, theirs), bundle, plan.process()),
        plan.stdio(),
        plan.exitRecordPath());
  }

  /** Plans the start. */
  public static ExecPlan start(OciRuntime runtime, Bundle bundle, ProcessPlan like) {
    ProcessPlan process = command(runtime.start(bundle.containerId()), bundle, like);
    return new ExecPlan(bundle.containerId(), "start", process, false, List.of(), true);
  }

  /**
   * Writes the process and plans the session.
   *
   * @param plan what Berth's own engine would do
   * @param cgroupDirs the container's own
   */
  public static ExecPlan exec(
      OciRuntime runtime, Bundle bundle, ExecPlan plan, OciProcess process, List<String> cgroupDirs)
      throws IOException {
    bundle.write(plan.execId(), process);
    ProcessPlan command =
        command(runtime.exec(bundle, plan.execId(), plan.tty()), bundle, plan.process());
    return new ExecPlan(plan.containerId(), plan.execId(), command, plan.tty(), cgroupDirs, true);
  }

  /** Takes away what the runtime keeps of a container, whether or not it has anything. */
  public static OutsideProgram delete(OciRuntime runtime, Bundle bundle) {
    List<String> words = runtime.delete(bundle.containerId());
    return new OutsideProgram(
        words.getFirst(),
        words.subList(1, words.size()),
        OciRuntime.environment(),
        bundle.folder().toString(),
        new byte[0],
        DELETE_DEADLINE,
        MOST_OUTPUT);
  }

  /** Owner of the pipes and score are the container's; everything else is the daemon's own. */
  private static ProcessPlan command(List<String> words, Bundle bundle, ProcessPlan container) {
    return new ProcessPlan(
        words,
        OciRuntime.environment(),
        bundle.folder().toString(),
        container.user(),
        container.capabilities(),
        false,
        FilterProgram.NONE,
        List.of(),
        container.oomScoreAdj(),
        container.umask());
  }
}
