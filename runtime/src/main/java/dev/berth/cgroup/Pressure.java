package dev.berth.cgroup;

/**
 * How long tasks of a cgroup waited for a resource: pressure stall information.
 *
 * @param some at least one task waited
 * @param full all tasks that were not idle waited
 */
public record Pressure(Stall some, Stall full) {

  /**
   * One line of a pressure file.
   *
   * @param totalNanos time since the cgroup was made
   * @param avg10 share of the last ten seconds, in percent; the others likewise
   */
  public record Stall(long totalNanos, double avg10, double avg60, double avg300) {
    /** Nobody waited. */
    public static final Stall NONE = new Stall(0, 0, 0, 0);
  }
}
