package dev.berth.network.builtin;

/**
 * The two groups (IFLA_GROUP) that an instance's links are in, by which they are found again and
 * deleted together.
 *
 * @param live pods attached now
 * @param draining pods detached, links to be deleted
 */
record LinkGroups(int live, int draining) {
  private static final int OURS = 0x80000000;

  /**
   * Both groups of an instance: its id with the top bit set, so that neither is the default group
   * 0, nor a small number that somebody gave by hand.
   *
   * @param instanceId eight hex digits
   */
  static LinkGroups of(String instanceId) {
    int id = Integer.parseUnsignedInt(instanceId, 16);
    return new LinkGroups(id | OURS | 1, (id | OURS) & ~1);
  }
}
