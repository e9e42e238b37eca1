package dev.berth.cgroup;

import dev.berth.kernel.ErrnoException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What meters of both versions read in the same way. */
final class MeterParts {
  private final CgroupTree tree;
  private final Clock clock;
  private final List<String> hugePageSizes;

  /**
   * For one machine.
   *
   * @param hugePageSizes as the kernel names them in files, e.g. {@code 2MB}
   */
  MeterParts(CgroupFiles files, Clock clock, List<String> hugePageSizes) {
    this.tree = new CgroupTree(files);
    this.clock = clock;
    this.hugePageSizes = List.copyOf(hugePageSizes);
  }

  /** The time in nanoseconds since the epoch. */
  long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** The processes in the directory of a controller and below; none when it is gone. */
  Set<Integer> processes(StatFiles files, String controller) {
    String dir = files.directory(controller).orElse(files.directories().getLast());
    try {
      return tree.processes(dir);
    } catch (ErrnoException e) {
      return Set.of();
    }
  }

  /** On a hybrid the controller may be in either tree, whatever the others are in. */
  List<CgroupDetail.HugePages> hugePages(StatFiles files) {
    String usage = files.onUnified("hugetlb") ? ".current" : ".usage_in_bytes";
    String max = files.onUnified("hugetlb") ? ".current" : ".max_usage_in_bytes";
    Optional<String> dir = files.directory("hugetlb");
    if (dir.isEmpty()) {
      return List.of();
    }
    var found = new ArrayList<CgroupDetail.HugePages>();
    for (String size : hugePageSizes) {
      long now = files.number("hugetlb." + size + usage, -1);
      if (now >= 0) {
        long most = files.number("hugetlb." + size + max, now);
        found.add(new CgroupDetail.HugePages(size, now, most));
      }
    }
    return found;
  }
}
