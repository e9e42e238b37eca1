package dev.berth.container;

import dev.berth.cdi.CdiDevices;
import dev.berth.cdi.CdiName;
import dev.berth.cgroup.Cgroups;
import dev.berth.cri.v1.CreateContainerRequest;
import dev.berth.cri.v1.LinuxContainerUser;
import dev.berth.fault.Fault;
import dev.berth.handler.Handlers;
import dev.berth.image.Image;
import dev.berth.image.Images;
import dev.berth.image.Lease;
import dev.berth.shim.FilterProgram;
import dev.berth.spec.CapabilitySet;
import dev.berth.spec.ContainerSpec;
import dev.berth.spec.ContainerTranslator;
import dev.berth.spec.PodFiles;
import dev.berth.spec.oci.OciProcess;
import dev.berth.spec.oci.OciSeccomp;
import dev.berth.spec.user.ImageAccounts;
import dev.berth.state.CreationClock;
import dev.berth.state.Ids;
import dev.berth.state.Layout;
import dev.berth.state.Sandbox;
import dev.berth.state.v1.ContainerRecord;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks requests for containers; changes nothing but that images are leased. */
public final class ContainerRequests {
  private final Images images;
  private final ContainerTranslator translator;
  private final CdiDevices cdi;
  private final SeccompFilters filters;
  private final Cgroups cgroups;
  private final Layout layout;
  private final Ids ids;
  private final CreationClock clock;

  public ContainerRequests(
      Images images,
      ContainerTranslator translator,
      CdiDevices cdi,
      SeccompFilters filters,
      Cgroups cgroups,
      Layout layout,
      Ids ids,
      CreationClock clock) {
    this.images = images;
    this.translator = translator;
    this.cdi = cdi;
    this.filters = filters;
    this.cgroups = cgroups;
    this.layout = layout;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Checks a request.
   *
   * @return to be closed by the caller
   * @throws Fault.NotFound when the node does not have an image
   * @throws Fault.InvalidArgument when a field cannot be served; names it and its value
   */
  ContainerRequest check(Sandbox sandbox, CreateContainerRequest request) {
    LeasedImages leased = new LeasedImages(images, request.getConfig());
    try {
      ContainerSpec spec = translate(sandbox, request, leased);
      return new ContainerRequest(
          born(sandbox, request, leased, spec), spec, leased, profile(sandbox, spec));
    } catch (RuntimeException e) {
      leased.close();
      throw e;
    }
  }

  /** Only what another runtime makes needs it. */
  private @Nullable OciSeccomp profile(Sandbox sandbox, ContainerSpec spec) {
    return Handlers.OWN.contains(sandbox.born().getRuntimeHandler())
        ? null
        : filters.profile(spec.seccomp(), capabilities(spec));
  }

  private static long capabilities(ContainerSpec spec) {
    return CapabilitySet.mask(spec.oci().process().capabilities().bounding());
  }

  private ContainerSpec translate(
      Sandbox sandbox, CreateContainerRequest request, LeasedImages leased) {
    List<CdiName> devices = CdiName.of(request.getConfig());
    ContainerSpec spec = translator.translate(asked(sandbox, request, leased));
    return devices.isEmpty() ? spec : spec.withOci(cdi.inject(spec.oci(), devices));
  }

  private dev.berth.spec.ContainerRequest asked(
      Sandbox sandbox, CreateContainerRequest request, LeasedImages leased) {
    Image image = leased.image();
    Map<Integer, List<String>> layers = new HashMap<>();
    leased.mounted().forEach((place, lease) -> layers.put(place, layers(lease)));
    return new dev.berth.spec.ContainerRequest(
        sandbox.id(),
        request.getConfig(),
        sandbox.born().getConfig(),
        image.config(),
        new ImageAccounts(images.view(image.id())),
        layers,
        new PodFiles(layout.pod(sandbox.id()).toString()),
        null);
  }

  /** An image may have no layer at all; then it is an empty directory. */
  private List<String> layers(Lease lease) {
    List<Path> layers = lease.layers();
    return (layers.isEmpty() ? List.of(layout.noLayer()) : layers)
        .stream().map(Path::toString).toList();
  }

  private ContainerRecord born(
      Sandbox sandbox, CreateContainerRequest request, LeasedImages leased, ContainerSpec spec) {
    String id = ids.next();
    OciProcess process = spec.oci().process();
    FilterProgram filter = filters.of(spec.seccomp(), capabilities(spec));
    String parent =
        cgroups.parent(sandbox.born().getConfig().getLinux().getCgroupParent(), sandbox.id());
    return ContainerRecord.newBuilder()
        .setId(id)
        .setSandboxId(sandbox.id())
        .setConfig(request.getConfig())
        .setImageId(leased.image().id().toString())
        .addAllMountedImages(leased.records())
        .setCreatedAt(clock.next())
        .setStopSignal(spec.stopSignal())
        .setUser(user(process))
        .setResources(request.getConfig().getLinux().getResources())
        .addAllCgroups(cgroups.directories(parent, id))
        .setProcess(ProcessRecords.record(process, filter))
        .build();
  }

  private static LinuxContainerUser user(OciProcess process) {
    List<Long> groups =
        process.user().additionalGids().stream().map(Integer::toUnsignedLong).toList();
    return LinuxContainerUser.newBuilder()
        .setUid(Integer.toUnsignedLong(process.user().uid()))
        .setGid(Integer.toUnsignedLong(process.user().gid()))
        .addAllSupplementalGroups(groups)
        .build();
  }
}
