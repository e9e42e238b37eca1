package dev.berth.spec;

import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.spec.check.Paths;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Paths of the kernel's file systems that a container must not read or write.
 *
 * <p>An empty list in a request and no list are one thing on the wire, so an empty list means the
 * defaults. The power meters below {@code /sys} are masked whatever list is given: a kubelet that
 * is older than the discovery that they betray secrets does not name them.
 *
 * @param masked absolute paths that read as empty
 * @param readonly absolute paths that cannot be written
 */
record HiddenPaths(List<String> masked, List<String> readonly) {
  private static final String POWER_METERS = "/sys/devices/virtual/powercap";

  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  private static final List<String> READONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  static HiddenPaths of(LinuxContainerSecurityContext context) {
    if (context.getPrivileged()) {
      return new HiddenPaths(List.of(), List.of());
    }
    String field = "config.linux.security_context.";
    List<String> masked = checked(field + "masked_paths", context.getMaskedPathsList());
    List<String> readonly = checked(field + "readonly_paths", context.getReadonlyPathsList());
    return new HiddenPaths(
        masked.isEmpty() ? MASKED : withPowerMeters(masked),
        readonly.isEmpty() ? READONLY : readonly);
  }

  private static List<String> withPowerMeters(List<String> masked) {
    var all = new ArrayList<>(masked);
    if (!all.contains(POWER_METERS)) {
      all.add(POWER_METERS);
    }
    return all;
  }

  private static List<String> checked(String field, List<String> paths) {
    Set<String> checked = new LinkedHashSet<>();
    for (int i = 0; i < paths.size(); i++) {
      checked.add(Paths.absolute(field + "[" + i + "]", paths.get(i)));
    }
    return List.copyOf(checked);
  }
}
