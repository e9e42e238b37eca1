package dev.berth.shim;

/**
 * A pod's user namespace: its ids count from 0 and are one range of the machine's.
 *
 * @param uids the machine's user ids
 * @param gids the machine's group ids
 */
public record PodUsers(Range uids, Range gids) {

  /**
   * A range of ids.
   *
   * @param first the machine's id that is 0 inside
   * @param length how many there are
   */
  public record Range(int first, int length) {
    public Range {
      if (first < 0 || length <= 0 || length > Integer.MAX_VALUE - first) {
        throw new IllegalArgumentException("no range of ids: " + first + ", " + length);
      }
    }

    /**
     * The machine's id of one inside.
     *
     * @throws IllegalArgumentException it is not mapped
     */
    public int machineId(int id) {
      if (id < 0 || id >= length) {
        throw new IllegalArgumentException(
            "id %d has no id on the machine: %d are mapped".formatted(id, length));
      }
      return first + id;
    }
  }
}
