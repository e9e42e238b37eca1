package dev.berth.seccomp;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Calls that are newer than the libseccomp of current distributions, by number. New calls have one
 * number on every architecture.
 */
final class NewCalls {

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("set_mempolicy_home_node", 450),
          Map.entry("cachestat", 451),
          Map.entry("fchmodat2", 452),
          Map.entry("map_shadow_stack", 453),
          Map.entry("futex_wake", 454),
          Map.entry("futex_wait", 455),
          Map.entry("futex_requeue", 456),
          Map.entry("statmount", 457),
          Map.entry("listmount", 458),
          Map.entry("lsm_get_self_attr", 459),
          Map.entry("lsm_set_self_attr", 460),
          Map.entry("lsm_list_modules", 461),
          Map.entry("mseal", 462),
          Map.entry("setxattrat", 463),
          Map.entry("getxattrat", 464),
          Map.entry("listxattrat", 465),
          Map.entry("removexattrat", 466),
          Map.entry("open_tree_attr", 467),
          Map.entry("file_getattr", 468),
          Map.entry("file_setattr", 469));

  /** The newest call that was weighed for {@link DefaultProfile}. */
  static final int NEWEST = 469;

  private NewCalls() {}

  static OptionalInt number(String name) {
    Integer number = NUMBERS.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }
}
