package dev.berth.e2e.machine;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A sorted set of facts, one a line.
 *
 * @param facts each begins with its kind: mount, link, netns, nft, cgroup, process, thread, fd,
 *     file
 */
public record MachineState(NavigableSet<String> facts) {

  /**
   * Looks at the whole machine.
   *
   * @param watched daemons whose descriptors and folders are looked at too
   * @param onlyMarked leaves out machine-wide facts without a mark of one of the daemons: for a
   *     machine on which others work at the same time
   */
  public static MachineState now(Collection<WatchedDaemon> watched, boolean onlyMarked) {
    NavigableSet<String> facts = new TreeSet<>();
    MachineFacts.collect(facts, watched);
    if (onlyMarked) {
      facts.removeIf(fact -> watched.stream().noneMatch(daemon -> daemon.marks(fact)));
    }
    watched.forEach(daemon -> DaemonFacts.collect(facts, daemon));
    return new MachineState(facts);
  }

  /** What is here and was not there before. */
  public NavigableSet<String> since(MachineState before) {
    NavigableSet<String> more = new TreeSet<>(facts);
    more.removeAll(before.facts);
    return more;
  }
}
