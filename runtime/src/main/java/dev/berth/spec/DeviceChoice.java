package dev.berth.spec;

import dev.berth.cri.v1.Device;
import dev.berth.spec.HostFiles.HostDevice;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciLinux;
import dev.berth.spec.oci.OciResources.DeviceRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Device nodes beyond the usual ones, and which devices the container's cgroup lets through:
 * nothing but the usual ones and those asked for, unless the container is privileged.
 *
 * @param nodes the nodes, by path once
 * @param rules the rules in order, the last that matches wins
 */
record DeviceChoice(List<OciLinux.Device> nodes, List<DeviceRule> rules) {

  static DeviceChoice of(
      List<Device> asked, boolean everyDevice, boolean anyAccess, HostFiles host) {
    Map<String, OciLinux.Device> nodes = new LinkedHashMap<>();
    var rules = new ArrayList<DeviceRule>(anyAccess ? List.of(every(true)) : standardRules());
    if (everyDevice) {
      host.devicesBelow("/dev").stream()
          .filter(d -> !d.path().equals("/dev/console"))
          .forEach(d -> nodes.put(d.path(), node(d.path(), d)));
    }
    for (int i = 0; i < asked.size(); i++) {
      add("config.devices[" + i + "]", asked.get(i), host, nodes, rules);
    }
    return new DeviceChoice(List.copyOf(nodes.values()), List.copyOf(rules));
  }

  private static void add(
      String field,
      Device device,
      HostFiles host,
      Map<String, OciLinux.Device> nodes,
      List<DeviceRule> rules) {
    String from = Paths.absolute(field + ".host_path", device.getHostPath());
    String to = target(field + ".container_path", device, from);
    String access = access(field + ".permissions", device.getPermissions());
    String real =
        host.find(from)
            .map(HostFiles.Found::realPath)
            .orElseThrow(
                () -> Refusal.of(field + ".host_path", from, "no such file on the machine"));
    List<HostDevice> found = host.devicesBelow(real);
    if (found.isEmpty()) {
      throw Refusal.of(field + ".host_path", from, "neither a device nor a directory of devices");
    }
    for (HostDevice each : found) {
      String path = to + each.path().substring(real.length());
      nodes.put(path, node(path, each));
      rules.add(allow(each.block() ? "b" : "c", (long) each.major(), (long) each.minor(), access));
    }
  }

  private static String target(String field, Device device, String from) {
    String asked = device.getContainerPath();
    String path = asked.isEmpty() ? from : Paths.absolute(field, asked);
    if (path.equals("/") || Paths.within("/proc", path) || Paths.within("/sys", path)) {
      throw Refusal.of(field, asked, "no device can be there");
    }
    return path;
  }

  private static String access(String field, String permissions) {
    if (permissions.isEmpty()) {
      return "rwm";
    }
    if (permissions.length() > 3 || !permissions.chars().allMatch(c -> "rwm".indexOf(c) >= 0)) {
      throw Refusal.of(field, permissions, "holds the letters r, w and m only");
    }
    return permissions;
  }

  private static OciLinux.Device node(String path, HostDevice d) {
    return new OciLinux.Device(
        path, d.block() ? "b" : "c", d.major(), d.minor(), d.mode(), d.uid(), d.gid());
  }

  /** Nothing, then: making any node, the usual nodes, and terminals (null, zero, full, …). */
  private static List<DeviceRule> standardRules() {
    return List.of(
        every(false),
        allow("c", null, null, "m"),
        allow("b", null, null, "m"),
        allow("c", 1L, 3L, "rwm"),
        allow("c", 1L, 5L, "rwm"),
        allow("c", 1L, 7L, "rwm"),
        allow("c", 1L, 8L, "rwm"),
        allow("c", 1L, 9L, "rwm"),
        allow("c", 5L, 0L, "rwm"),
        allow("c", 5L, 2L, "rwm"),
        allow("c", 136L, null, "rwm"));
  }

  private static DeviceRule every(boolean allow) {
    return new DeviceRule(allow, "a", null, null, "rwm");
  }

  private static DeviceRule allow(
      String type, @Nullable Long major, @Nullable Long minor, String access) {
    return new DeviceRule(true, type, major, minor, access);
  }
}
