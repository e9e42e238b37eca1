package dev.berth.cgroup;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the cgroup hierarchies are mounted.
 *
 * @param kind which versions carry controllers
 * @param controllers version 1 controller, e.g. {@code memory} → mount point of its hierarchy;
 *     controllers that share a hierarchy have the same mount point; named hierarchies are listed
 *     with their prefix, e.g. {@code name=systemd}
 * @param unified mount point of the version 2 hierarchy
 */
public record CgroupLayout(
    Kind kind, SortedMap<String, String> controllers, Optional<String> unified) {

  private static final Path MOUNTINFO = Path.of("/proc/thread-self/mountinfo");
  private static final String NAMED = "name=";

  /** Which versions of cgroups carry the controllers. */
  public enum Kind {
    /** Version 1 only. */
    V1,
    /** Controllers on version 1, and a version 2 tree beside them. */
    HYBRID,
    /** Version 2 only. */
    V2
  }

  public CgroupLayout {
    controllers = Collections.unmodifiableSortedMap(new TreeMap<>(controllers));
  }

  /**
   * Looks at the mounts of the calling thread's mount namespace.
   *
   * @throws Fault.FailedPrecondition no cgroup file system is mounted
   */
  public static CgroupLayout detect() {
    try {
      return parse(Files.readString(MOUNTINFO));
    } catch (IOException e) {
      throw new Fault.Internal("read the mounts from " + MOUNTINFO + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a mount table.
   *
   * @param mountinfo text in the format of /proc/pid/mountinfo (proc_pid_mountinfo(5))
   * @throws Fault.FailedPrecondition it has no cgroup file system
   */
  public static CgroupLayout parse(String mountinfo) {
    var found = new TreeMap<String, CgroupMount>();
    mountinfo
        .lines()
        .flatMap(line -> CgroupMount.parse(line).stream())
        .forEach(mount -> mount.names().forEach(n -> found.merge(n, mount, CgroupMount::better)));
    CgroupMount two = found.remove(CgroupMount.UNIFIED);
    var controllers = new TreeMap<String, String>();
    found.forEach((name, mount) -> controllers.put(name, mount.mountPoint()));
    return new CgroupLayout(
        kind(two != null, controllers),
        controllers,
        Optional.ofNullable(two).map(CgroupMount::mountPoint));
  }

  private static Kind kind(boolean unified, SortedMap<String, String> controllers) {
    boolean one = controllers.keySet().stream().anyMatch(name -> !name.startsWith(NAMED));
    if (one) {
      return unified ? Kind.HYBRID : Kind.V1;
    }
    if (!unified) {
      throw new Fault.FailedPrecondition("find the cgroup mounts: no controller is mounted");
    }
    return Kind.V2;
  }

  /**
   * The mount points a container has a directory in: each version 1 hierarchy with a controller
   * once, sorted, then the unified one.
   */
  List<String> containerRoots() {
    var roots = new TreeSet<String>();
    controllers.forEach(
        (name, mountPoint) -> {
          if (!name.startsWith(NAMED)) {
            roots.add(mountPoint);
          }
        });
    var all = new ArrayList<>(roots);
    unified.ifPresent(all::add);
    return List.copyOf(all);
  }

  /**
   * The mount points a shim has a directory in: those of a container and the named hierarchies,
   * since a service manager ends what it finds in a service's directory there.
   */
  List<String> shimRoots() {
    var roots = new TreeSet<>(controllers.values());
    var all = new ArrayList<>(roots);
    unified.ifPresent(all::add);
    return List.copyOf(all);
  }

  /** The mount point of a version 1 controller. */
  Optional<String> root(String controller) {
    return Optional.ofNullable(controllers.get(controller));
  }
}
