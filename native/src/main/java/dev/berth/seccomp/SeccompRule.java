package dev.berth.seccomp;

import java.util.List;

/**
 * What happens to some calls.
 *
 * @param names the calls
 * @param action what happens
 * @param conditions on arguments. All must hold; but where one argument is compared more than once,
 *     any of them is enough, which is how other runtimes read such a profile
 */
public record SeccompRule(
    List<String> names, SeccompAction action, List<SeccompCondition> conditions) {

  public SeccompRule {
    names = List.copyOf(names);
    conditions = List.copyOf(conditions);
  }

  /** Whether some argument is compared more than once. */
  boolean compareAnArgumentTwice() {
    return conditions.stream().map(SeccompCondition::argument).distinct().count()
        != conditions.size();
  }
}
