package dev.berth.shim;

import java.util.List;

/**
 * Who a process runs as, by number. Ids are unsigned 32-bit values below 4294967295.
 *
 * @param groups supplementary groups, exactly these
 */
public record UserPlan(long uid, long gid, List<Long> groups) {
  private static final long NOBODY_AT_ALL = 0xffff_ffffL;

  public UserPlan {
    groups = List.copyOf(groups);
    check(uid);
    check(gid);
    groups.forEach(UserPlan::check);
  }

  private static void check(long id) {
    if (id < 0 || id >= NOBODY_AT_ALL) {
      throw new IllegalArgumentException("id " + id + " is not between 0 and 4294967294");
    }
  }
}
