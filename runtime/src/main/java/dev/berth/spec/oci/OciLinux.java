package dev.berth.spec.oci;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What only Linux has (runtime-spec, config-linux.md).
 *
 * @param namespaces the namespaces that are made or joined; a kind that is missing is the host's
 * @param devices device nodes below the root
 * @param cgroupsPath where the container's cgroup is
 * @param resources limits
 * @param seccomp system call filter, null for none
 * @param sysctl kernel parameters of the container's namespaces, keys with dots
 * @param rootfsPropagation propagation of the root mount
 * @param maskedPaths absolute paths that read as empty
 * @param readonlyPaths absolute paths that cannot be written
 */
public record OciLinux(
    List<Namespace> namespaces,
    List<Device> devices,
    @Nullable String cgroupsPath,
    OciResources resources,
    @Nullable OciSeccomp seccomp,
    SortedMap<String, String> sysctl,
    @Nullable String rootfsPropagation,
    List<String> maskedPaths,
    List<String> readonlyPaths) {

  public OciLinux {
    namespaces = Copies.list(namespaces);
    devices = Copies.list(devices);
    resources = resources == null ? OciResources.NONE : resources;
    sysctl = Copies.sorted(sysctl);
    maskedPaths = Copies.list(maskedPaths);
    readonlyPaths = Copies.list(readonlyPaths);
  }

  /** The same with another propagation of the root mount. */
  public OciLinux withRootfsPropagation(String other) {
    return new OciLinux(
        namespaces,
        devices,
        cgroupsPath,
        resources,
        seccomp,
        sysctl,
        other,
        maskedPaths,
        readonlyPaths);
  }

  /** The same with other namespaces, in a cgroup, with a system call filter. */
  public OciLinux with(
      List<Namespace> otherNamespaces, String cgroup, @Nullable OciSeccomp filter) {
    return new OciLinux(
        otherNamespaces,
        devices,
        cgroup,
        resources,
        filter,
        sysctl,
        rootfsPropagation,
        maskedPaths,
        readonlyPaths);
  }

  /** The same with other device nodes and limits. */
  public OciLinux with(List<Device> otherDevices, OciResources otherResources) {
    return new OciLinux(
        namespaces,
        otherDevices,
        cgroupsPath,
        otherResources,
        seccomp,
        sysctl,
        rootfsPropagation,
        maskedPaths,
        readonlyPaths);
  }

  /**
   * A namespace.
   *
   * @param type {@code pid}, {@code network}, {@code mount}, {@code ipc}, {@code uts}, {@code
   *     user}, {@code cgroup} or {@code time}
   * @param path the one to join, null to make a new one
   */
  public record Namespace(String type, @Nullable String path) {}

  /**
   * A device node (mknod(2)).
   *
   * @param path absolute path inside the root
   * @param type {@code c}, {@code b}, {@code u} or {@code p}
   * @param major major number
   * @param minor minor number
   * @param fileMode permission bits
   * @param uid owner
   * @param gid group
   */
  public record Device(
      String path, String type, long major, long minor, int fileMode, int uid, int gid) {}
}
