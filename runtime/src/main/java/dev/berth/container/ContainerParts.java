package dev.berth.container;

import dev.berth.cgroup.Cgroups;
import dev.berth.fault.Fault;
import dev.berth.handler.OciRuntime;
import dev.berth.shim.ContainerPlan;
import dev.berth.shim.PodUsers;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.spec.LogRules;
import dev.berth.spec.PlanBuilder;
import dev.berth.spec.PodFiles;
import dev.berth.state.Layout;
import dev.berth.state.v1.ContainerRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the parts of a container, each in one call. */
public final class ContainerParts {
  private static final FileAttribute<Set<PosixFilePermission>> OURS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** The mode last: a change of owner takes set-id bits away. */
  private static final List<String> ROOT_ATTRIBUTES = List.of("unix:uid", "unix:gid", "unix:mode");

  private final Layout layout;
  private final Cgroups cgroups;
  private final OtherRuntimes others;
  private final LogRules logRules;

  /**
   * Over a daemon's directories.
   *
   * @param logRules how containers' output is written down
   */
  public ContainerParts(Layout layout, Cgroups cgroups, OtherRuntimes others, LogRules logRules) {
    this.layout = layout;
    this.cgroups = cgroups;
    this.others = others;
    this.logRules = logRules;
  }

  void makeDirectories(ContainerRequest asked) throws IOException {
    Path disk = layout.disk(asked.born().getId());
    Files.createDirectory(disk, OURS);
    makeUpper(disk.resolve("upper"), layers(asked).getFirst(), asked.users());
    Files.createDirectory(disk.resolve("work"), OURS);
    Files.createDirectories(run(asked), OURS);
  }

  /** The image's, topmost first, and below them the one that Berth adds to every image. */
  private List<Path> layers(ContainerRequest asked) {
    List<Path> layers = new ArrayList<>(asked.lease().layers());
    layers.add(layout.skeleton());
    return layers;
  }

  /** What the container sees as its root directory is this one: it must look like the image's. */
  private static void makeUpper(Path upper, Path imageRoot, @Nullable PodUsers users)
      throws IOException {
    Files.createDirectory(upper, OURS);
    for (String attribute : ROOT_ATTRIBUTES) {
      Object given = Files.getAttribute(imageRoot, attribute, LinkOption.NOFOLLOW_LINKS);
      Object value = users == null ? given : onMachine(attribute, given, users);
      if (value != null && !value.equals(Files.getAttribute(upper, attribute))) {
        Files.setAttribute(upper, attribute, value);
      }
    }
  }

  /** The writable layer is kept with the machine's ids, the image's layers with their own. */
  private static Object onMachine(String attribute, Object inside, PodUsers users) {
    return switch (attribute) {
      case "unix:uid" -> users.uids().machineId((int) inside);
      case "unix:gid" -> users.gids().machineId((int) inside);
      default -> inside;
    };
  }

  /** What was missing above it carries Berth's mark, by which the pod's removal finds it. */
  void makeCgroup(ContainerRequest asked) {
    var _ = cgroups.create(asked.born().getCgroupsList(), asked.spec().oci().linux().resources());
  }

  void removeCgroup(ContainerRequest asked) {
    cgroups.remove(asked.born().getCgroupsList());
  }

  /**
   * Has the pod's engine make init, which then waits.
   *
   * @return its pid on the machine
   */
  int makeInit(ContainerRequest asked, Shim shim) throws IOException {
    OciRuntime other = others.of(asked.born().getSandboxId());
    ContainerPlan plan = plan(asked);
    try {
      return other == null ? shim.create(plan) : others.create(other, asked, plan, shim);
    } catch (ShimFailure e) {
      throw notMade(asked.born(), e);
    }
  }

  private ContainerPlan plan(ContainerRequest asked) {
    ContainerRecord born = asked.born();
    Path disk = layout.disk(born.getId());
    PlanBuilder.Place place =
        new PlanBuilder.Place(
            born.getId(),
            born.getCgroupsList(),
            layers(asked).stream().map(Path::toString).toList(),
            disk.resolve("upper").toString(),
            disk.resolve("work").toString(),
            ProcessRecords.filter(born.getProcess()),
            logRules,
            run(asked).resolve("exit").toString());
    PodFiles files = new PodFiles(layout.pod(born.getSandboxId()).toString());
    return PlanBuilder.container(asked.spec(), files, place);
  }

  /**
   * A memory limit below what it takes to begin shows as a killed child, or as what the kernel
   * refused it.
   */
  private Fault notMade(ContainerRecord born, ShimFailure failure) {
    long memory = born.getResources().getMemoryLimitInBytes();
    if (memory > 0
        && failure.kind() != ShimFailure.Kind.BAD_REQUEST
        && cgroups.ranOutOfMemory(born.getCgroupsList())) {
      return Fault.InvalidArgument.of(
          "config.linux.resources.memory_limit_in_bytes",
          memory,
          "not enough to begin with: the container's first process ran out of memory");
    }
    return BlamedField.ofContainer(
        "create container " + born.getConfig().getMetadata().getName(), born.getConfig(), failure);
  }

  private Path run(ContainerRequest asked) {
    return layout.run(asked.born().getSandboxId(), asked.born().getId());
  }
}
