package dev.berth.cgroup;

import dev.berth.kernel.ErrnoException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A cgroup and those below it, which a container may have made in any number. */
final class CgroupTree {

  /** Deeper ones are left out: what nests that deep can only be a container's attack. */
  static final int DEPTH = 64;

  private final CgroupFiles files;

  CgroupTree(CgroupFiles files) {
    this.files = files;
  }

  /** The directory itself and all below, parents first. */
  List<String> below(String dir) throws ErrnoException {
    var all = new ArrayList<String>();
    collect(dir, 0, all);
    return all;
  }

  /** The processes in the directory and below; none when it is gone. */
  Set<Integer> processes(String dir) throws ErrnoException {
    var pids = new LinkedHashSet<Integer>();
    for (String each : below(dir)) {
      pids.addAll(files.processes(each));
    }
    return pids;
  }

  private void collect(String dir, int depth, List<String> all) throws ErrnoException {
    all.add(dir);
    if (depth < DEPTH) {
      for (String child : files.children(dir)) {
        collect(child, depth + 1, all);
      }
    }
  }
}
