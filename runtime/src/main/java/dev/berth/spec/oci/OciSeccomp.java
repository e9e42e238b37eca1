package dev.berth.spec.oci;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A system call filter (runtime-spec, config-linux.md, "Seccomp").
 *
 * @param defaultAction what happens to a call that no rule names
 * @param defaultErrnoRet errno of the default action, null for EPERM
 * @param architectures {@code SCMP_ARCH_…}, empty for the machine's own
 * @param flags {@code SECCOMP_FILTER_FLAG_…}
 * @param listenerPath socket that gets the filter's listener, null for none
 * @param syscalls the rules
 */
public record OciSeccomp(
    String defaultAction,
    @Nullable Integer defaultErrnoRet,
    List<String> architectures,
    List<String> flags,
    @Nullable String listenerPath,
    List<Rule> syscalls) {

  public OciSeccomp {
    architectures = Copies.list(architectures);
    flags = Copies.list(flags);
    syscalls = Copies.list(syscalls);
  }

  /**
   * What happens to some calls.
   *
   * @param names names of the calls
   * @param action {@code SCMP_ACT_…}
   * @param errnoRet errno of the action, null for its default
   * @param args conditions that must all hold
   */
  public record Rule(
      List<String> names, String action, @Nullable Integer errnoRet, List<Condition> args) {
    public Rule {
      names = Copies.list(names);
      args = Copies.list(args);
    }
  }

  /**
   * A condition on one argument.
   *
   * @param index which argument, 0 to 5
   * @param value what it is compared with, 64 bits unsigned
   * @param valueTwo second value, of masked comparisons
   * @param op {@code SCMP_CMP_…}
   */
  public record Condition(int index, BigInteger value, @Nullable BigInteger valueTwo, String op) {}
}
