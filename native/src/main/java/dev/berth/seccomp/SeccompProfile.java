package dev.berth.seccomp;

import java.util.List;

/**
 * What a container may call.
 *
 * @param defaultAction what happens to a call without a rule
 * @param architectures OCI names ({@code SCMP_ARCH_X86_64}) of those whose calls are judged by the
 *     rules; the machine's own always is, and names of other machines mean nothing
 * @param rules in no order: where rules about one call disagree, the one with conditions that hold
 *     wins over the one without
 */
public record SeccompProfile(
    SeccompAction defaultAction, List<String> architectures, List<SeccompRule> rules) {

  public SeccompProfile {
    architectures = List.copyOf(architectures);
    rules = List.copyOf(rules);
  }
}
