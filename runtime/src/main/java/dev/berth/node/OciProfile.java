package dev.berth.node;

import dev.berth.kernel.Architecture;
import dev.berth.seccomp.DefaultProfile;
import dev.berth.seccomp.SeccompAction;
import dev.berth.seccomp.SeccompCondition;
import dev.berth.seccomp.SeccompProfile;
import dev.berth.seccomp.SeccompRule;
import dev.berth.spec.oci.OciSeccomp;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Berth's own profile in the OCI's form, for a runtime that compiles it itself.
 *
 * <p>Three things cannot be said in that form. Calls newer than the runtime's libseccomp are
 * refused with EPERM instead of being allowed or ENOSYS. And "every address family but some" would
 * be two conditions on one argument, which other runtimes read as either-or; so the families that
 * may be are listed one by one. And 32-bit x86 has a second way to a socket, which libseccomp opens
 * along with the first, so its programs do not run at all.
 */
final class OciProfile {
  /** One above the highest family of Linux 7 (bits/socket.h, AF_MAX). */
  private static final int FAMILIES = 46;

  private static final String SOCKET = "socket";
  private static final long LOW_HALF = 0xffff_ffffL;

  private OciProfile() {}

  /** The default profile for a process with these capabilities. */
  static OciSeccomp runtimeDefault(long capabilities) {
    SeccompProfile ours = DefaultProfile.of(capabilities);
    var rules = new ArrayList<OciSeccomp.Rule>();
    for (SeccompRule rule : ours.rules()) {
      List<String> names =
          rule.names().stream().filter(n -> !n.startsWith(SOCKET + "call")).toList();
      boolean socket = rule.conditions().isEmpty() && names.contains(SOCKET);
      rules.add(
          rule(socket ? names.stream().filter(n -> !n.equals(SOCKET)).toList() : names, rule));
      if (socket) {
        rules.addAll(families());
      }
    }
    return new OciSeccomp(
        name(ours.defaultAction()),
        errno(ours.defaultAction()),
        architectures(),
        List.of(),
        null,
        rules);
  }

  private static OciSeccomp.Rule rule(List<String> names, SeccompRule rule) {
    return new OciSeccomp.Rule(
        names,
        name(rule.action()),
        errno(rule.action()),
        rule.conditions().stream().map(OciProfile::condition).toList());
  }

  private static List<OciSeccomp.Rule> families() {
    var rules = new ArrayList<OciSeccomp.Rule>();
    for (int family = 0; family < FAMILIES; family++) {
      if (!DefaultProfile.REFUSED_FAMILIES.contains(family)) {
        rules.add(
            new OciSeccomp.Rule(
                List.of(SOCKET),
                "SCMP_ACT_ALLOW",
                null,
                List.of(
                    new OciSeccomp.Condition(
                        0,
                        BigInteger.valueOf(LOW_HALF),
                        BigInteger.valueOf(family),
                        SeccompCondition.Operator.MASKED_EQUAL.ociName()))));
      }
    }
    return rules;
  }

  private static OciSeccomp.Condition condition(SeccompCondition c) {
    return new OciSeccomp.Condition(
        c.argument(), unsigned(c.value()), unsigned(c.second()), c.operator().ociName());
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  private static String name(SeccompAction action) {
    return switch (action) {
      case SeccompAction.Allow _ -> "SCMP_ACT_ALLOW";
      case SeccompAction.Log _ -> "SCMP_ACT_LOG";
      case SeccompAction.Errno _ -> "SCMP_ACT_ERRNO";
      case SeccompAction.Trace _ -> "SCMP_ACT_TRACE";
      case SeccompAction.Trap _ -> "SCMP_ACT_TRAP";
      case SeccompAction.KillThread _ -> "SCMP_ACT_KILL_THREAD";
      case SeccompAction.KillProcess _ -> "SCMP_ACT_KILL_PROCESS";
    };
  }

  private static @org.jspecify.annotations.Nullable Integer errno(SeccompAction action) {
    return action instanceof SeccompAction.Errno errno ? Integer.valueOf(errno.number()) : null;
  }

  private static List<String> architectures() {
    return switch (Architecture.current()) {
      // 32-bit x86 also makes sockets by socketcall, whose family no filter can see
      case X86_64 -> List.of("SCMP_ARCH_X86_64");
      case ARM64 -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
    };
  }
}
