package dev.berth.network.builtin;

import dev.berth.fault.Fault;
import dev.berth.network.Cidr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may give out which address: each is free or taken, and taken from the moment it is chosen
 * until its link is gone.
 *
 * <p>Addresses are chosen round the range, so that one just given back is the last to be given out
 * again: connections and caches of its former pod have the longest time to die.
 *
 * <p>Threads: safe; the monitor is never held during a system call.
 */
final class AddressBook {
  private final List<Range> ranges = new ArrayList<>();

  /** Those that addresses are taken from; the others only know who has theirs. */
  private List<Range> giving = new ArrayList<>();

  private static final class Range {
    private final Cidr cidr;
    private final Set<Long> taken = new HashSet<>();
    private long next = Ranges.firstPod();

    private Range(Cidr cidr) {
      this.cidr = cidr;
    }

    private long room() {
      return Ranges.lastPod(cidr) - Ranges.firstPod() + 1;
    }

    private boolean isFull() {
      return taken.size() >= room();
    }

    private Cidr take() {
      while (!taken.add(next)) {
        advance();
      }
      Cidr address = new Cidr(cidr.at(next), cidr.prefix());
      advance();
      return address;
    }

    private void advance() {
      next = next >= Ranges.lastPod(cidr) ? Ranges.firstPod() : next + 1;
    }
  }

  /** A book in which all is free. */
  AddressBook(List<Cidr> podRanges) {
    for (Cidr range : podRanges) {
      ranges.add(new Range(range.network()));
    }
    giving.addAll(ranges);
  }

  /** Takes addresses from these ranges from now on; what pods have of others stays noted. */
  synchronized void takeFrom(List<Cidr> podRanges) {
    List<Range> chosen = new ArrayList<>();
    for (Cidr cidr : podRanges) {
      Range range = known(cidr.network());
      chosen.add(range);
    }
    giving = chosen;
  }

  private Range known(Cidr cidr) {
    for (Range range : ranges) {
      if (range.cidr.equals(cidr)) {
        return range;
      }
    }
    Range range = new Range(cidr);
    ranges.add(range);
    return range;
  }

  /**
   * Takes one address of each family, from the first of its ranges that has one.
   *
   * @throws Fault.ResourceExhausted when a family has none left; none is taken then
   */
  synchronized List<Cidr> take() {
    List<Range> chosen = new ArrayList<>();
    for (Range range : giving) {
      if (chosen.stream().noneMatch(one -> one.cidr.isIpv6() == range.cidr.isIpv6())) {
        chosen.add(withRoom(range.cidr.isIpv6()));
      }
    }
    return chosen.stream().map(Range::take).toList();
  }

  private Range withRoom(boolean ipv6) {
    long room = 0;
    List<Cidr> full = new ArrayList<>();
    for (Range range : giving) {
      if (range.cidr.isIpv6() == ipv6) {
        if (!range.isFull()) {
          return range;
        }
        full.add(range.cidr);
        room += range.room();
      }
    }
    String where = full.size() == 1 ? "range " + full.get(0) : "ranges " + full;
    throw new Fault.ResourceExhausted(
        "no address is free in pod " + where + ": all " + room + " are in use");
  }

  /** Notes addresses that a pod already has; those of other ranges than today's do not matter. */
  synchronized void note(List<Cidr> addresses) {
    for (Cidr address : addresses) {
      for (Range range : ranges) {
        if (range.cidr.contains(address.address())) {
          range.taken.add(range.cidr.offsetOf(address.address()));
        }
      }
    }
  }

  /** Makes addresses free: their link is gone, or never was. */
  synchronized void giveBack(List<Cidr> addresses) {
    for (Cidr address : addresses) {
      for (Range range : ranges) {
        if (range.cidr.contains(address.address())) {
          range.taken.remove(range.cidr.offsetOf(address.address()));
        }
      }
    }
  }
}
