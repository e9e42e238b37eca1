package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import dev.berth.spec.oci.OciResources.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Device access: by the version 1 controller (the kernel's cgroup-v1/devices document), and on
 * version 2 by a program, {@link DeviceProgram}.
 *
 * <p>Version 1 keeps a default and exceptions, so a list of rules means the same there only if it
 * denies or allows everything first and then names the exceptions, none of which overlap.
 */
final class DeviceRules {

  private static final String FIELD = "config.devices";

  private final Kernel kernel;
  private final CgroupFiles files;

  DeviceRules(Kernel kernel, CgroupFiles files) {
    this.kernel = kernel;
    this.files = files;
  }

  /**
   * Writes rules in their order.
   *
   * @throws Fault.InvalidArgument the kernel refuses one, such as one the parent does not have
   * @throws Fault.FailedPrecondition the controller is not mounted on version 1, or the kernel
   *     takes no programs on version 2
   */
  void write(Directories cgroup, List<DeviceRule> rules) {
    if (rules.isEmpty()) {
      return;
    }
    if (cgroup.layout().kind() == CgroupLayout.Kind.V2) {
      attach(cgroup.all().getLast(), rules);
      return;
    }
    Optional<String> dir = cgroup.layout().root("devices").flatMap(r -> cgroup.of("devices"));
    if (dir.isEmpty()) {
      throw new Fault.FailedPrecondition(
          "confine devices: the cgroup controller devices is not mounted");
    }
    for (List<DeviceRule> run : runs(rules)) {
      writeRun(dir.get(), run);
    }
  }

  /** Whether the kernel takes programs about devices from this process. */
  static boolean takesPrograms(Kernel kernel) {
    try (Fd program = kernel.bpf().loadDeviceProgram(DeviceProgram.of(List.of()))) {
      return program.isOpen();
    } catch (ErrnoException e) {
      return false;
    }
  }

  private void attach(String dir, List<DeviceRule> rules) {
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
    try (Fd program = kernel.bpf().loadDeviceProgram(DeviceProgram.of(rules));
        Fd cgroup = kernel.tree().open(Fd.CWD, dir, flags, 0)) {
      kernel.bpf().attachDeviceProgram(cgroup, program);
    } catch (ErrnoException e) {
      String what = "confine devices in the cgroup " + dir + ": " + e.getMessage();
      throw switch (e.errno()) {
        case Errno.EMFILE, Errno.ENFILE -> new Fault.Internal(what, e);
        default -> new Fault.FailedPrecondition(what, e);
      };
    }
  }

  private void writeRun(String dir, List<DeviceRule> run) {
    String file = run.getFirst().allow() ? "devices.allow" : "devices.deny";
    List<String> lines = run.stream().map(DeviceRules::line).toList();
    try {
      files.writeEach(dir, file, lines);
    } catch (ErrnoException e) {
      throw LimitWriter.refused(FIELD, String.join(", ", lines), file, e);
    }
  }

  /** Rules that go to the same file, one after the other. */
  private static List<List<DeviceRule>> runs(List<DeviceRule> rules) {
    var runs = new ArrayList<List<DeviceRule>>();
    for (DeviceRule rule : rules) {
      if (runs.isEmpty() || runs.getLast().getFirst().allow() != rule.allow()) {
        runs.add(new ArrayList<>());
      }
      runs.getLast().add(rule);
    }
    return runs;
  }

  /** A rule as the kernel reads it. */
  static String line(DeviceRule rule) {
    if (rule.type().equals("a")) {
      return "a";
    }
    return rule.type()
        + " "
        + orAny(rule.major())
        + ":"
        + orAny(rule.minor())
        + " "
        + rule.access();
  }

  /** Reads a rule as devices.list shows it, always one that allows. */
  static DeviceRule parse(String line) {
    String[] parts = line.split("[ :]", -1);
    return new DeviceRule(true, parts[0], number(parts[1]), number(parts[2]), parts[3]);
  }

  private static String orAny(@Nullable Long number) {
    return number == null ? "*" : number.toString();
  }

  private static @Nullable Long number(String text) {
    return text.equals("*") ? null : Long.valueOf(text);
  }
}
