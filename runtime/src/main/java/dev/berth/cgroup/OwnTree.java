package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.ErrnoException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Berth's own part of the trees: the directories that are there as long as the daemon is. */
final class OwnTree {

  private final CgroupFiles files;
  private final CgroupLayout layout;
  private final String base;

  OwnTree(CgroupFiles files, CgroupLayout layout, String base) {
    this.files = files;
    this.layout = layout;
    this.base = base;
  }

  /** See {@link Cgroups#prepareShims}. */
  void make() {
    var making = new Making(files, layout, "");
    try {
      for (String root : layout.shimRoots()) {
        making.makeParent(root, root + base);
        if (layout.root("cpuset").filter(root::equals).isPresent()) {
          new Cpusets(files).inheritBelow(root + base);
        }
        making.makeParent(root, root + base + "/shims");
      }
      for (String root : layout.containerRoots()) {
        making.makeParent(root, root + base + "/pods");
      }
    } catch (ErrnoException e) {
      var fault =
          new Fault.FailedPrecondition("make the cgroup " + base + ": " + e.getMessage(), e);
      making.undo(fault);
      throw fault;
    }
  }

  /** The pods that have a directory here. */
  Set<String> pods() {
    var pods = new TreeSet<String>();
    try {
      for (String root : layout.containerRoots()) {
        String dir = root + base + "/pods";
        files.children(dir).forEach(pod -> pods.add(pod.substring(dir.length() + 1)));
      }
    } catch (ErrnoException e) {
      throw new Fault.Internal("list the cgroups in " + base + "/pods: " + e.getMessage(), e);
    }
    return pods;
  }

  /** See {@link Cgroups#removeBase}. */
  void remove(Removal removal) {
    for (String root : layout.shimRoots()) {
      for (String dir : List.of("/shims", "/pods", "")) {
        removal.removeIfEmpty(root + base + dir);
      }
    }
  }
}
