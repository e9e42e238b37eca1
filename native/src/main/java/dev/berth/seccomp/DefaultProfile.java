package dev.berth.seccomp;

import dev.berth.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * RuntimeDefault: what a container may call unless it is told otherwise.
 *
 * <p>A list of what is allowed, made by going through the kernel's table of calls up to {@link
 * NewCalls#NEWEST} and asking of each: does it act on the caller's own processes, memory and files
 * only, or does it ask for a capability that the container does not have, or touch something that
 * namespaces do not divide (clocks, keys, modules, swap, quotas, raw ports)? Where a capability
 * makes the difference, having it gives the calls as well.
 *
 * <p>Deliberately out: user namespaces by clone and unshare (a way to attack surface that needs no
 * capability outside), clone3 (its flags are in memory, where a filter cannot look: ENOSYS makes C
 * libraries take clone), io_uring (it makes calls that no filter sees), userfaultfd, keys, AF_ALG
 * and AF_VSOCK sockets.
 */
public final class DefaultProfile {

  /**
   * Address families that no socket is made of: AF_ALG and AF_VSOCK. Not in the rules, since only
   * the lower half of the argument may be looked at.
   */
  public static final List<Integer> REFUSED_FAMILIES = List.of(38, 40);

  private static final int PER_LINUX = 0;
  private static final int PER_LINUX32 = 8;
  private static final int UNAME26 = 0x20000;
  private static final int ASK = -1;

  /** All CLONE_NEW flags that fit clone's argument beside the signal. */
  private static final long NAMESPACE_FLAGS = 0x7e020000L;

  private DefaultProfile() {}

  /**
   * The profile for a process with these capabilities.
   *
   * @param capabilities bit n stands for capability n (linux/capability.h)
   */
  public static SeccompProfile of(long capabilities) {
    var rules = new ArrayList<SeccompRule>();
    rules.add(allow(DefaultCalls.ALWAYS));
    for (Map.Entry<Integer, List<String>> entry : DefaultCalls.BY_CAPABILITY.entrySet()) {
      if ((capabilities & (1L << entry.getKey())) != 0) {
        rules.add(allow(entry.getValue()));
      }
    }
    if ((capabilities & (1L << DefaultCalls.CAP_SYS_ADMIN)) == 0) {
      rules.add(cloneWithoutNamespaces());
      rules.add(new SeccompRule(List.of("clone3"), SeccompAction.errno(Errno.ENOSYS), List.of()));
    }
    for (int kind : new int[] {PER_LINUX, PER_LINUX32, UNAME26, UNAME26 | PER_LINUX32, ASK}) {
      rules.add(
          new SeccompRule(
              List.of("personality"),
              SeccompAction.allow(),
              List.of(SeccompCondition.low(0, kind))));
    }
    return new SeccompProfile(
        SeccompAction.errno(Errno.EPERM),
        List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"),
        rules);
  }

  /** The capabilities that make a difference: others may be left out of a cache's key. */
  public static long relevant(long capabilities) {
    long mask = 0;
    for (int capability : DefaultCalls.BY_CAPABILITY.keySet()) {
      mask |= 1L << capability;
    }
    return capabilities & mask;
  }

  private static SeccompRule allow(List<String> names) {
    return new SeccompRule(names, SeccompAction.allow(), List.of());
  }

  private static SeccompRule cloneWithoutNamespaces() {
    var noNamespace =
        new SeccompCondition(0, SeccompCondition.Operator.MASKED_EQUAL, NAMESPACE_FLAGS, 0);
    return new SeccompRule(List.of("clone"), SeccompAction.allow(), List.of(noNamespace));
  }
}
