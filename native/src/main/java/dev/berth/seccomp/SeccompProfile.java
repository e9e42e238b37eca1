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

  /**
   * All of it as text that differs where profiles differ. Written by hand, since what the compiler
   * makes for a record costs tens of milliseconds when it first runs.
   */
  String canonicalText() {
    var text = new StringBuilder(8192);
    text.append('\n').append(defaultAction.value());
    architectures.forEach(name -> text.append(' ').append(name));
    for (SeccompRule rule : rules) {
      text.append('\n').append(rule.action().value());
      for (SeccompCondition c : rule.conditions()) {
        text.append(" [").append(c.argument()).append(' ').append(c.operator().number());
        text.append(' ').append(c.value()).append(' ').append(c.second()).append(']');
      }
      rule.names().forEach(name -> text.append(' ').append(name));
    }
    return text.toString();
  }
}
