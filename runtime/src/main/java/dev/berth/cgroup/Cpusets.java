package dev.berth.cgroup;

import dev.berth.kernel.ErrnoException;
import java.util.List;

/**
 * Gives new cgroups of version 1's cpuset controller processors and memory nodes.
 *
 * <p>They begin with none, and what has none cannot be joined (ENOSPC), so they are copied from the
 * directory above. A directory above that has none itself cannot be used by anybody; it is filled
 * the same way. Version 2 needs none of this: there an empty set is the parent's.
 */
final class Cpusets {

  private static final List<String> SETS = List.of("cpuset.cpus", "cpuset.mems");

  private final CgroupFiles files;

  Cpusets(CgroupFiles files) {
    this.files = files;
  }

  /** Fills a directory that was just made, unless the kernel did: it does both sets or none. */
  void fill(String root, String dir) throws ErrnoException {
    if (!files.read(dir, SETS.getFirst()).isEmpty()) {
      return;
    }
    for (String set : SETS) {
      inherit(root, dir, set);
    }
  }

  /** Lets the kernel fill all that is made below from now on. */
  void inheritBelow(String dir) throws ErrnoException {
    files.write(dir, "cgroup.clone_children", "1");
  }

  private String inherit(String root, String dir, String set) throws ErrnoException {
    String own = files.read(dir, set);
    if (!own.isEmpty() || dir.length() <= root.length()) {
      return own;
    }
    String inherited = inherit(root, CgroupFiles.above(dir), set);
    files.write(dir, set, inherited);
    return inherited;
  }
}
