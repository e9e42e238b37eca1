package dev.berth.spec;

import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.cri.v1.SELinuxOption;
import dev.berth.cri.v1.SecurityProfile;
import dev.berth.spec.check.Refusal;
import org.jspecify.annotations.Nullable;

/** AppArmor profile and SELinux label of a container; refused where the machine has none. */
final class SecurityModules {
  private static final String FIELD = "config.linux.security_context";

  private SecurityModules() {}

  /** Name of the profile to apply, null for none. */
  static @Nullable String appArmor(LinuxContainerSecurityContext context, MachineFacts facts) {
    if (context.getPrivileged()) {
      return null;
    }
    String field = FIELD + (context.hasApparmor() ? ".apparmor" : ".apparmor_profile");
    String demanded = context.hasApparmor() ? name(field, context.getApparmor()) : name(context);
    if (demanded.isEmpty() || demanded.equals("unconfined")) {
      return null;
    }
    if (!facts.appArmor()) {
      throw Refusal.of(field, demanded, "AppArmor is not available on this machine");
    }
    if (demanded.equals("runtime/default")) {
      return facts.appArmorDefault();
    }
    if (!demanded.startsWith("localhost/") || demanded.length() == "localhost/".length()) {
      throw Refusal.of(
          field, demanded, "is runtime/default, unconfined or localhost/ with a profile's name");
    }
    return demanded.substring("localhost/".length());
  }

  /** In the words of the deprecated field. */
  private static String name(String field, SecurityProfile profile) {
    return switch (profile.getProfileType()) {
      case RuntimeDefault -> "runtime/default";
      case Unconfined -> "unconfined";
      case Localhost -> "localhost/" + profile.getLocalhostRef();
      case UNRECOGNIZED ->
          throw Refusal.of(field + ".profile_type", profile.getProfileTypeValue(), "no such type");
    };
  }

  /** The CRI: runtime/default in the deprecated field means the same as not naming a profile. */
  @SuppressWarnings("deprecation")
  private static String name(LinuxContainerSecurityContext context) {
    String profile = context.getApparmorProfile();
    return profile.equals("runtime/default") ? "" : profile;
  }

  /** Label of the process, null for none. */
  static @Nullable String seLinux(LinuxContainerSecurityContext context, MachineFacts facts) {
    if (context.getPrivileged() || !context.hasSelinuxOptions()) {
      return null;
    }
    SELinuxOption asked = context.getSelinuxOptions();
    String label =
        String.join(":", asked.getUser(), asked.getRole(), asked.getType(), asked.getLevel());
    if (label.equals(":::")) {
      return null;
    }
    if (!facts.seLinux()) {
      throw Refusal.of(
          FIELD + ".selinux_options", label, "SELinux is not available on this machine");
    }
    return label;
  }
}
