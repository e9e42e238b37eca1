package dev.berth.spec;

import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.MountPropagation;
import dev.berth.shim.PodUsers;
import dev.berth.spec.HostFiles.Spread;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks and translates the mounts of a request. */
final class RequestMounts {
  private static final Set<String> OPTIONS = Set.of("noexec", "nodev", "nosuid");

  /** What may be mounted inside /proc: numbers that are made up for the container. */
  private static final Set<String> PROC_FILES =
      Set.of(
          "/proc/cpuinfo",
          "/proc/diskstats",
          "/proc/loadavg",
          "/proc/meminfo",
          "/proc/slabinfo",
          "/proc/stat",
          "/proc/swaps",
          "/proc/uptime");

  private final HostFiles host;
  private final @Nullable PodUsers users;
  private final Map<Integer, List<String>> images;

  /**
   * For one container.
   *
   * @param users its user namespace, null for the machine's
   * @param images layers of the images among the mounts, topmost first, by the mount's place
   */
  RequestMounts(HostFiles host, @Nullable PodUsers users, Map<Integer, List<String>> images) {
    this.host = host;
    this.users = users;
    this.images = Map.copyOf(images);
  }

  /** The mounts in the request's order. */
  List<OciMount> translate(List<Mount> mounts) {
    var translated = new ArrayList<OciMount>(mounts.size());
    for (int i = 0; i < mounts.size(); i++) {
      String field = "config.mounts[" + i + "]";
      Mount mount = mounts.get(i);
      translated.add(
          ImageMounts.isOne(mount)
              ? image(field, mount, images.getOrDefault(i, List.of()))
              : translate(field, mount));
    }
    return translated;
  }

  /** Its layers show with the pod's ids anyway. */
  private OciMount image(String field, Mount mount, List<String> layers) {
    var _ = mapped(field, mount);
    var _ = access(field, mount);
    String target = target(field, mount, "");
    return ImageMounts.translate(field, mount, target, options(field, mount), layers);
  }

  private OciMount translate(String field, Mount mount) {
    if (!mount.getImageSubPath().isEmpty()) {
      throw Refusal.of(
          field + ".image_sub_path", mount.getImageSubPath(), "goes with an image only");
    }
    HostFiles.Found source = source(field, mount);
    String target = target(field, mount, source.realPath());
    var options = new ArrayList<String>();
    options.add("rbind");
    options.add(propagation(field, mount, source));
    options.add(access(field, mount));
    if (mapped(field, mount)) {
      options.add(MountOptions.MAPPED);
    }
    options.addAll(options(field, mount));
    return OciMount.bind(target, source.realPath(), options);
  }

  private static List<String> options(String field, Mount mount) {
    for (String option : mount.getMountOptionsList()) {
      if (!OPTIONS.contains(option)) {
        throw Refusal.of(field + ".mount_options", option, "is noexec, nodev or nosuid");
      }
    }
    return mount.getMountOptionsList();
  }

  /** Whether its files show with the pod's ids; there is one map of ids, the pod's. */
  private boolean mapped(String field, Mount mount) {
    if (mount.getUidMappingsCount() == 0 && mount.getGidMappingsCount() == 0) {
      return false;
    }
    PodUsers asked =
        new PodUsers(
            PodModes.range(field + ".uidMappings", mount.getUidMappingsList()),
            PodModes.range(field + ".gidMappings", mount.getGidMappingsList()));
    if (!asked.equals(users)) {
      throw Refusal.of(field + ".uidMappings", asked.uids(), "the pod has other id mappings");
    }
    return true;
  }

  private HostFiles.Found source(String field, Mount mount) {
    Paths.absolute(field + ".host_path", mount.getHostPath());
    return host.find(mount.getHostPath())
        .orElseThrow(
            () ->
                Refusal.of(
                    field + ".host_path", mount.getHostPath(), "no such file on the machine"));
  }

  /** Where it goes. Over /proc only what cannot deceive the runtime (CVE-2019-16884). */
  private static String target(String field, Mount mount, String source) {
    String at = field + ".container_path";
    String path = Paths.absolute(at, mount.getContainerPath());
    if (path.equals("/")) {
      throw Refusal.of(at, mount.getContainerPath(), "nothing is mounted over the root");
    }
    boolean procItself = path.equals("/proc") && source.equals("/proc");
    if (Paths.within("/proc", path) && !procItself && !PROC_FILES.contains(path)) {
      throw Refusal.of(at, mount.getContainerPath(), "nothing is mounted over /proc or inside it");
    }
    return path;
  }

  private String propagation(String field, Mount mount, HostFiles.Found source) {
    return switch (mount.getPropagation()) {
      case PROPAGATION_PRIVATE -> "rprivate";
      case PROPAGATION_HOST_TO_CONTAINER -> {
        require(field, mount, host.spread(source.realPath()) != Spread.PRIVATE, "shared or slave");
        yield "rslave";
      }
      case PROPAGATION_BIDIRECTIONAL -> {
        require(field, mount, host.spread(source.realPath()) == Spread.SHARED, "shared");
        yield "rshared";
      }
      case UNRECOGNIZED ->
          throw Refusal.of(
              field + ".propagation", mount.getPropagationValue(), "no such propagation");
    };
  }

  private static void require(String field, Mount mount, boolean holds, String what) {
    if (!holds) {
      throw Refusal.of(
          field + ".propagation",
          mount.getPropagation(),
          "the mount that " + Refusal.printable(mount.getHostPath()) + " lies on is not " + what);
    }
  }

  private static String access(String field, Mount mount) {
    if (!mount.getRecursiveReadOnly()) {
      return mount.getReadonly() ? "ro" : "rw";
    }
    if (!mount.getReadonly()) {
      throw Refusal.of(field + ".recursive_read_only", true, "goes with readonly only");
    }
    if (mount.getPropagation() != MountPropagation.PROPAGATION_PRIVATE) {
      throw Refusal.of(
          field + ".recursive_read_only", true, "goes with propagation PROPAGATION_PRIVATE only");
    }
    return "rro";
  }
}
