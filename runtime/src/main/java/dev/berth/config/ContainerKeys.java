package dev.berth.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Keys of what containers get and may cost. */
final class ContainerKeys {
  static final Key<CgroupDriver> CGROUP_DRIVER =
      Key.ofString(
          "cgroup.driver",
          "\"cgroupfs\"",
          "\"cgroupfs\"",
          "Who makes the containers' control groups; the kubelet is told the same through"
              + " RuntimeConfig. `cgroupfs`: Berth, in the file system. (`systemd` comes with a"
              + " later version.)",
          ContainerKeys::cgroupDriver);

  static final Key<Optional<Path>> RUNTIME_DEFAULT_SECCOMP =
      Key.ofString(
          "runtime.default_seccomp",
          "\"builtin\" or an absolute path",
          "\"builtin\"",
          "The seccomp profile that containers get who ask for `RuntimeDefault`: the one that Berth"
              + " carries, or a file in the OCI runtime's JSON form.",
          text -> text.equals("builtin") ? Optional.empty() : Optional.of(Values.absolute(text)));

  static final Key<List<Path>> RUNTIME_CDI_FOLDERS =
      Key.ofList(
          "runtime.cdi_folders",
          "absolute paths",
          "[\"/etc/cdi\", \"/var/run/cdi\"]",
          "Folders of CDI spec files, in YAML or JSON, that say what a device needs in a container."
              + " A later folder wins over an earlier one. They need not exist and are read when a"
              + " container names a device, again when they have changed.",
          texts -> texts.stream().map(Values::absolute).toList());

  static final Key<List<ResourceLimit>> RUNTIME_RLIMITS =
      Key.ofList(
          "runtime.rlimits",
          "NAME=SOFT:HARD, NAME as in prlimit(1), numbers or \"unlimited\"",
          "[]",
          "Resource limits of every container, such as `nofile=1024:1048576`. What is not listed is"
              + " what the daemon has itself; a hard limit above the daemon's needs"
              + " CAP_SYS_RESOURCE.",
          texts -> texts.stream().map(ResourceLimit::parse).toList());

  static final Key<List<HandlerCommand>> RUNTIME_HANDLERS =
      Key.ofList(
          "runtime.handlers",
          "NAME=PROGRAM [OPTION]..., PROGRAM an absolute path or a plain name",
          "[]",
          "Runtime handlers that a RuntimeClass can name besides `berth`: OCI runtimes with the"
              + " command line of runc, such as `runc=runc` or `crun=/usr/bin/crun --debug`. In a"
              + " file also as a table: `[runtime.handlers]` with `crun = \"/usr/bin/crun\"`. A"
              + " handler whose program is missing is not ready in Status, the node is. Runtimes of"
              + " virtual machines are refused.",
          ContainerKeys::handlers);

  static final Key<Integer> LIMITS_LOG_LINE_BYTES =
      Key.ofInt(
          "limits.log_line_bytes",
          256,
          1 << 20,
          "16384",
          "Longest piece of a container's output that becomes one line of its log; what is longer"
              + " is written as several lines with the tag `P` and a last one with the tag `F`.");

  static final Key<LogWhenFull> LIMITS_LOG_WHEN_FULL =
      Key.ofString(
          "limits.log_when_full",
          "\"drop\" or \"stall\"",
          "\"drop\"",
          "What happens to a container's output when its log cannot be written, because the disk is"
              + " full or the log's folder is gone: it is lost and counted (see"
              + " `berth_log_dropped_bytes_total`), or the container's writes wait until the log"
              + " takes them. Holds for containers created from then on.",
          text -> Values.oneOf(LogWhenFull.class, text));

  /** In the order of the documentation. */
  static final List<Key<?>> ALL =
      List.of(
          CGROUP_DRIVER,
          RUNTIME_DEFAULT_SECCOMP,
          RUNTIME_CDI_FOLDERS,
          RUNTIME_RLIMITS,
          RUNTIME_HANDLERS,
          LIMITS_LOG_LINE_BYTES,
          LIMITS_LOG_WHEN_FULL);

  private ContainerKeys() {}

  private static List<HandlerCommand> handlers(List<String> texts) {
    List<HandlerCommand> handlers =
        texts.stream()
            .map(HandlerCommand::parse)
            .sorted(Comparator.comparing(HandlerCommand::name))
            .toList();
    if (handlers.stream().map(HandlerCommand::name).distinct().count() != handlers.size()) {
      throw new IllegalArgumentException("a name is there twice");
    }
    return handlers;
  }

  private static CgroupDriver cgroupDriver(String text) {
    if (text.equals("systemd")) {
      throw new IllegalArgumentException("the systemd driver is not in this version");
    }
    return Values.oneOf(CgroupDriver.class, text);
  }
}
