package dev.berth.spec;

import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.cri.v1.SecurityProfile;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;

/**
 * Which system call filter a container gets. A profile that is asked for but not named is refused,
 * never taken for none (CVE-2023-2431). A request that says nothing gets none: that is what the CRI
 * gives an unset profile as its meaning.
 */
public sealed interface SeccompChoice {
  /** No filter. */
  record Unconfined() implements SeccompChoice {}

  /** Berth's own profile. */
  record RuntimeDefault() implements SeccompChoice {}

  /**
   * A profile on the machine.
   *
   * @param path absolute path of a JSON file
   */
  record Localhost(String path) implements SeccompChoice {}

  /**
   * Reads it.
   *
   * @param field path of the security context
   */
  static SeccompChoice of(String field, LinuxContainerSecurityContext context) {
    if (context.getPrivileged()) {
      return new Unconfined();
    }
    return context.hasSeccomp()
        ? of(field + ".seccomp", context.getSeccomp())
        : ofPath(field + ".seccomp_profile_path", deprecatedPath(context));
  }

  private static SeccompChoice of(String field, SecurityProfile profile) {
    String ref = profile.getLocalhostRef();
    if (profile.getProfileType() != SecurityProfile.ProfileType.Localhost && !ref.isEmpty()) {
      throw Refusal.of(field + ".localhost_ref", ref, "goes with profile type Localhost only");
    }
    return switch (profile.getProfileType()) {
      case RuntimeDefault -> new RuntimeDefault();
      case Unconfined -> new Unconfined();
      case Localhost -> new Localhost(Paths.absolute(field + ".localhost_ref", ref));
      case UNRECOGNIZED ->
          throw Refusal.of(field + ".profile_type", profile.getProfileTypeValue(), "no such type");
    };
  }

  private static SeccompChoice ofPath(String field, String path) {
    return switch (path) {
      case "", "unconfined" -> new Unconfined();
      case "runtime/default", "docker/default" -> new RuntimeDefault();
      default -> {
        if (!path.startsWith("localhost/")) {
          throw Refusal.of(
              field, path, "is runtime/default, unconfined or localhost/ with an absolute path");
        }
        yield new Localhost(Paths.absolute(field, path.substring("localhost/".length())));
      }
    };
  }

  @SuppressWarnings("deprecation")
  private static String deprecatedPath(LinuxContainerSecurityContext context) {
    return context.getSeccompProfilePath();
  }
}
