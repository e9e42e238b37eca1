package dev.berth.spec;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.cri.v1.Signal;
import dev.berth.fault.Fault;
import dev.berth.shim.Namespaces;
import dev.berth.shim.PodUsers;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciLinux;
import dev.berth.spec.oci.OciMount;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciSpec;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From a CRI request to an OCI spec. Deterministic: it looks at nothing but its arguments, the
 * machine's facts and the few questions of {@link HostFiles}. Thread-safe.
 */
public final class ContainerTranslator {
  private final MachineFacts facts;
  private final HostFiles host;

  public ContainerTranslator(MachineFacts facts, HostFiles host) {
    this.facts = facts;
    this.host = host;
  }

  /**
   * Translates.
   *
   * @throws Fault.InvalidArgument a field cannot be served; the message names it and its value
   * @throws Fault.Unimplemented a field asks for what Berth does not do yet
   */
  public ContainerSpec translate(ContainerRequest request) {
    ContainerConfig config = request.config();
    LinuxContainerSecurityContext context = config.getLinux().getSecurityContext();
    check(request, context);
    PodModes pod = PodRequest.modes("sandbox_config", request.pod());
    Namespaces namespaces =
        NamespaceChoice.of(
            context.getNamespaceOptions(), pod, facts.unifiedCgroups() && !context.getPrivileged());
    var process = new ProcessTranslation(request, facts);
    OciSpec spec =
        new OciSpec(
            OciSpec.VERSION,
            process.translate(),
            new OciSpec.Root("rootfs", context.getReadonlyRootfs()),
            "",
            mounts(request, context, pod.users()),
            annotations(request),
            linux(request, context, namespaces, pod));
    return new ContainerSpec(
        withPropagation(spec),
        namespaces,
        pod.users(),
        SeccompChoice.of("config.linux.security_context", context),
        Stdio.of(config, request.pod().getLogDirectory()),
        stopSignal(config, request.image().stopSignal()),
        process.notes());
  }

  private static int stopSignal(ContainerConfig config, String image) {
    if (config.getStopSignal() == Signal.UNRECOGNIZED) {
      throw Refusal.of("config.stop_signal", config.getStopSignalValue(), "no such signal");
    }
    return StopSignal.of(config.getStopSignal(), image);
  }

  private static void check(ContainerRequest request, LinuxContainerSecurityContext context) {
    ContainerConfig config = request.config();
    if (config.getMetadata().getName().isEmpty()) {
      throw Refusal.of("config.metadata.name", "", "must not be empty");
    }
    if (config.hasWindows()) {
      throw Refusal.of("config.windows", "…", "this is not a Windows machine");
    }
    if (context.getPrivileged() && !request.pod().getLinux().getSecurityContext().getPrivileged()) {
      throw Refusal.of(
          "config.linux.security_context.privileged", true, "the pod was not made for it");
    }
  }

  private List<OciMount> mounts(
      ContainerRequest request, LinuxContainerSecurityContext context, @Nullable PodUsers users) {
    PodFiles files = request.podFiles();
    return ContainerMounts.merge(
        StandardMounts.kernel(context.getPrivileged(), files),
        StandardMounts.podFiles(context.getReadonlyRootfs(), users != null, files),
        new RequestMounts(host, users, request.imageLayers())
            .translate(request.config().getMountsList()));
  }

  private OciLinux linux(
      ContainerRequest request,
      LinuxContainerSecurityContext context,
      Namespaces namespaces,
      PodModes pod) {
    boolean privileged = context.getPrivileged();
    DeviceChoice devices =
        DeviceChoice.of(
            request.config().getDevicesList(),
            privileged && facts.hostDevicesForPrivileged(),
            privileged,
            host);
    OciResources resources =
        Limits.of(
            "config.linux.resources", request.config().getLinux().getResources(), devices.rules());
    HiddenPaths hidden = HiddenPaths.of(context);
    return new OciLinux(
        NamespaceChoice.toOci(namespaces, pod.users() != null, request.podFiles()),
        devices.nodes(),
        request.cgroupsPath(),
        resources,
        null,
        new TreeMap<>(),
        null,
        hidden.masked(),
        hidden.readonly());
  }

  /** The keys by which hooks and other runtimes know pods, and nothing from an image. */
  private static SortedMap<String, String> annotations(ContainerRequest request) {
    var annotations = new TreeMap<String, String>();
    var pod = request.pod().getMetadata();
    annotations.put("io.kubernetes.cri.container-type", "container");
    annotations.put("io.kubernetes.cri.container-name", request.config().getMetadata().getName());
    annotations.put("io.kubernetes.cri.sandbox-id", request.podId());
    annotations.put("io.kubernetes.cri.sandbox-name", pod.getName());
    annotations.put("io.kubernetes.cri.sandbox-namespace", pod.getNamespace());
    annotations.put("io.kubernetes.cri.sandbox-uid", pod.getUid());
    return annotations;
  }

  /** Mounts that spread need a root that lets them (runtime-spec, rootfsPropagation). */
  private static OciSpec withPropagation(OciSpec spec) {
    String wanted = null;
    for (OciMount mount : spec.mounts()) {
      if (mount.options().contains("rshared")) {
        wanted = "rshared";
      } else if (mount.options().contains("rslave") && wanted == null) {
        wanted = "rslave";
      }
    }
    return wanted == null ? spec : spec.withLinux(spec.linux().withRootfsPropagation(wanted));
  }
}
