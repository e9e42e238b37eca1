package dev.berth.spec;

import dev.berth.shim.DeviceNode;
import dev.berth.shim.Symlink;
import dev.berth.spec.oci.OciLinux;
import dev.berth.spec.oci.OciSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes and links in {@code /dev} (runtime-spec, config-linux.md, "Default Devices"). */
final class DevicePlans {
  private static final List<DeviceNode> USUAL =
      List.of(
          usual("/dev/null", 1, 3),
          usual("/dev/zero", 1, 5),
          usual("/dev/full", 1, 7),
          usual("/dev/random", 1, 8),
          usual("/dev/urandom", 1, 9),
          usual("/dev/tty", 5, 0));

  private static final List<Symlink> LINKS =
      List.of(
          new Symlink("/dev/fd", "/proc/self/fd"),
          new Symlink("/dev/stdin", "/proc/self/fd/0"),
          new Symlink("/dev/stdout", "/proc/self/fd/1"),
          new Symlink("/dev/stderr", "/proc/self/fd/2"),
          new Symlink("/dev/core", "/proc/kcore"),
          new Symlink("/dev/ptmx", "pts/ptmx"));

  private DevicePlans() {}

  /** The usual nodes, then the spec's; a node of the spec takes the place of a usual one. */
  static List<DeviceNode> nodes(OciSpec spec) {
    Map<String, DeviceNode> nodes = new LinkedHashMap<>();
    if (ownDev(spec)) {
      USUAL.forEach(n -> nodes.put(n.path(), n));
      spec.linux().devices().forEach(d -> nodes.put(d.path(), node(d)));
    }
    return List.copyOf(nodes.values());
  }

  static List<Symlink> links(OciSpec spec) {
    return ownDev(spec) ? LINKS : List.of();
  }

  /** Nothing is made in a {@code /dev} that is somebody else's directory. */
  private static boolean ownDev(OciSpec spec) {
    return spec.mounts().stream()
        .noneMatch(m -> m.destination().equals("/dev") && !m.type().equals("tmpfs"));
  }

  private static DeviceNode node(OciLinux.Device device) {
    return new DeviceNode(
        device.path(),
        device.type().equals("b") ? DeviceNode.Type.BLOCK : DeviceNode.Type.CHARACTER,
        Math.toIntExact(device.major()),
        Math.toIntExact(device.minor()),
        device.fileMode(),
        device.uid(),
        device.gid());
  }

  private static DeviceNode usual(String path, int major, int minor) {
    return new DeviceNode(path, DeviceNode.Type.CHARACTER, major, minor, 0666, 0, 0);
  }
}
