package dev.berth.spec;

import dev.berth.cri.v1.LinuxSandboxSecurityContext;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PodSandboxMetadata;
import dev.berth.shim.PodPlan;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.user.AccountFiles;
import dev.berth.spec.user.UserRequest;
import dev.berth.spec.user.Users;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks a pod's config and decides what is made of it. */
public final class PodRequest {
  private static final String FIELD = "config";

  /** What may stand in a name that becomes part of paths, labels and log lines. */
  private static final Pattern HOSTNAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");

  private static final Pattern SLICE = Pattern.compile("[A-Za-z0-9_.:@\\\\-]{1,249}\\.slice");

  private PodRequest() {}

  /**
   * Translates.
   *
   * @param config what the client asks for
   * @param machineHostname the machine's name, for a pod that names none
   * @throws dev.berth.fault.Fault.InvalidArgument a field cannot be served; the message names it
   *     and its value
   * @throws dev.berth.fault.Fault.Unimplemented a field asks for what Berth does not do yet
   */
  public static SandboxPlan translate(PodSandboxConfig config, String machineHostname) {
    checkMetadata(config.getMetadata());
    if (config.hasWindows()) {
      throw Refusal.of(FIELD + ".windows", "…", "this is not a Windows machine");
    }
    String logDirectory = config.getLogDirectory();
    if (!logDirectory.isEmpty()) {
      logDirectory = Paths.absolute(FIELD + ".log_directory", logDirectory);
    }
    checkUser(config.getLinux().getSecurityContext());
    PodModes modes = modes(FIELD, config);
    String hostname = hostname(config.getHostname(), machineHostname);
    return new SandboxPlan(
        pod(config, modes, hostname),
        modes.hostNetwork(),
        hostname,
        ResolvConf.of(FIELD + ".dns_config", config),
        HostPort.of(FIELD + ".port_mappings", config.getPortMappingsList()),
        cgroupParent(config.getLinux().getCgroupParent()),
        logDirectory);
  }

  /** Which namespaces the pod has of its own. */
  static PodModes modes(String field, PodSandboxConfig config) {
    return PodModes.of(
        field + ".linux.security_context.namespace_options",
        config.getLinux().getSecurityContext().getNamespaceOptions());
  }

  private static PodPlan pod(PodSandboxConfig config, PodModes modes, String hostname) {
    Map<String, String> sysctls =
        Sysctls.checked(FIELD + ".linux.sysctls", config.getLinux().getSysctlsMap(), modes);
    return new PodPlan(
        !modes.hostNetwork(),
        !modes.hostIpc(),
        !modes.hostNetwork(),
        modes.pid() == dev.berth.cri.v1.NamespaceMode.POD,
        modes.hostNetwork() ? "" : hostname,
        PodPlan.DEFAULT_SHM_BYTES,
        sysctls,
        modes.users());
  }

  private static void checkMetadata(PodSandboxMetadata metadata) {
    required("name", metadata.getName());
    required("namespace", metadata.getNamespace());
    required("uid", metadata.getUid());
  }

  private static void required(String name, String value) {
    String field = FIELD + ".metadata." + name;
    if (value.isEmpty()) {
      throw Refusal.of(field, value, "must not be empty");
    }
    if (value.length() > 253 || value.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.of(field, value, "has at most 253 characters, none of them a control one");
    }
  }

  /** No process of ours runs as them, but what cannot be is refused all the same. */
  private static void checkUser(LinuxSandboxSecurityContext context) {
    String field = FIELD + ".linux.security_context";
    Long user = context.hasRunAsUser() ? Long.valueOf(context.getRunAsUser().getValue()) : null;
    Long group = context.hasRunAsGroup() ? Long.valueOf(context.getRunAsGroup().getValue()) : null;
    Users.resolve(
        new UserRequest(
            field,
            user,
            "",
            group,
            context.getSupplementalGroupsList(),
            UserRequest.GroupsPolicy.STRICT,
            ""),
        AccountFiles.NONE);
  }

  private static String hostname(String asked, String machine) {
    if (asked.isEmpty()) {
      return machine;
    }
    if (!HOSTNAME.matcher(asked).matches()) {
      throw Refusal.of(
          FIELD + ".hostname", asked, "has at most 64 letters, digits, \"-\", \".\" and \"_\"");
    }
    return asked;
  }

  /** A path for cgroupfs, the name of a slice for systemd, or nothing. */
  private static String cgroupParent(String parent) {
    String field = FIELD + ".linux.cgroup_parent";
    if (parent.isEmpty() || SLICE.matcher(parent).matches()) {
      return parent;
    }
    String clean = Paths.absolute(field, parent);
    if (parent.contains("/..")) {
      throw Refusal.of(field, parent, "must not hold \"..\"");
    }
    return clean;
  }
}
