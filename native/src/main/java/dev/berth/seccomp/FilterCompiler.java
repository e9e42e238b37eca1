package dev.berth.seccomp;

import dev.berth.kernel.Architecture;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Libseccomp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Turns one profile into one program.
 *
 * <p>libseccomp does the most of it and sorts calls into a binary tree; a {@link Preamble} does
 * what it cannot.
 */
final class FilterCompiler {

  /** The old way of 32-bit x86 to make a socket, with the family in memory: not to be judged. */
  private static final int X86_SOCKETCALL = 102;

  private static final int SOCKETCALL_SOCKET = 1;

  private final Libseccomp library;
  private final SeccompProfile profile;
  private final List<FilterArchitecture> architectures;

  FilterCompiler(Libseccomp library, SeccompProfile profile, Architecture machine) {
    this.library = library;
    this.profile = profile;
    this.architectures = new ArrayList<>();
    for (FilterArchitecture candidate : FilterArchitecture.of(machine)) {
      boolean own = architectures.isEmpty();
      boolean listed =
          profile.architectures().stream()
              .anyMatch(name -> FilterArchitecture.of(name).filter(candidate::equals).isPresent());
      if (own || listed) {
        architectures.add(candidate);
      }
    }
  }

  /**
   * Compiles.
   *
   * @param ours whether it is the {@link DefaultProfile}, which has weighed every call up to {@link
   *     NewCalls#NEWEST} and refuses some address families
   */
  byte[] compile(boolean ours) throws ErrnoException {
    int defaultAction = profile.defaultAction().value();
    try (var filter = library.begin(defaultAction, SeccompAction.errno(Errno.ENOSYS).value())) {
      for (FilterArchitecture architecture : architectures) {
        filter.addArchitecture(architecture.token());
      }
      for (SeccompRule rule : profile.rules()) {
        if (rule.action().value() != defaultAction) {
          add(filter, rule);
        }
      }
      byte[] program = filter.export();
      return Preamble.before(preamble(ours), program);
    }
  }

  private void add(Libseccomp.Filter filter, SeccompRule rule) throws ErrnoException {
    int action = rule.action().value();
    List<Libseccomp.Comparison> all = rule.conditions().stream().map(FilterCompiler::of).toList();
    for (String name : rule.names()) {
      int number = library.number(own(), name);
      if (number == Libseccomp.UNKNOWN_CALL) {
        continue;
      }
      if (rule.compareAnArgumentTwice()) {
        for (Libseccomp.Comparison one : all) {
          filter.addRule(action, number, List.of(one));
        }
      } else {
        filter.addRule(action, number, all);
      }
    }
  }

  private static Libseccomp.Comparison of(SeccompCondition c) {
    return new Libseccomp.Comparison(c.argument(), c.operator().number(), c.value(), c.second());
  }

  private int own() {
    return architectures.getFirst().token();
  }

  private List<Preamble.Part> preamble(boolean ours) {
    var parts = new ArrayList<Preamble.Part>();
    for (FilterArchitecture architecture : architectures) {
      List<Integer> allowed = allowedByNumber();
      List<Preamble.Refusal> refusals = ours ? refusals(architecture) : List.of();
      int newest = ours ? NewCalls.NEWEST : newest(architecture);
      parts.add(new Preamble.Part(architecture, newest, allowed, refusals));
    }
    return parts;
  }

  /** Calls that the profile allows whatever their arguments and libseccomp does not know. */
  private List<Integer> allowedByNumber() {
    var numbers = new TreeSet<Integer>();
    for (SeccompRule rule : profile.rules()) {
      if (!rule.action().equals(SeccompAction.allow()) || !rule.conditions().isEmpty()) {
        continue;
      }
      for (String name : rule.names()) {
        OptionalInt number = NewCalls.number(name);
        if (number.isPresent() && library.number(own(), name) == Libseccomp.UNKNOWN_CALL) {
          numbers.add(number.getAsInt());
        }
      }
    }
    return List.copyOf(numbers);
  }

  /** The highest number a profile speaks of; no limit where its default is not EPERM. */
  private int newest(FilterArchitecture architecture) {
    if (!profile.defaultAction().equals(SeccompAction.errno(Errno.EPERM))) {
      return -1;
    }
    int newest = 0;
    for (SeccompRule rule : profile.rules()) {
      for (String name : rule.names()) {
        int number = library.number(architecture.token(), name);
        newest = Math.max(newest, Math.max(number, NewCalls.number(name).orElse(0)));
      }
    }
    return newest;
  }

  private List<Preamble.Refusal> refusals(FilterArchitecture architecture) {
    var refusals = new ArrayList<Preamble.Refusal>();
    refusals.add(new Preamble.Refusal(architecture.socketCall(), DefaultProfile.REFUSED_FAMILIES));
    if (architecture == FilterArchitecture.X86) {
      refusals.add(new Preamble.Refusal(X86_SOCKETCALL, List.of(SOCKETCALL_SOCKET)));
    }
    return refusals;
  }
}
