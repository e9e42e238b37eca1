package dev.berth.cgroup;

import dev.berth.kernel.ErrnoException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Enables controllers of the unified tree down to a cgroup's parent.
 *
 * <p>A controller works in a cgroup only if every directory above names it in {@code
 * cgroup.subtree_control}. The kubelet does that for the directories above its pods, not for the
 * pod's own, so this looks at the parent first and walks from the top only when something is
 * missing there.
 */
final class Controllers {

  static final String AVAILABLE = "cgroup.controllers";
  private static final String ENABLED = "cgroup.subtree_control";

  /** What limits and statistics of a container need. */
  static final Set<String> FOR_CONTAINERS =
      Set.of("cpu", "cpuset", "io", "memory", "pids", "hugetlb");

  private final CgroupFiles files;

  Controllers(CgroupFiles files) {
    this.files = files;
  }

  /**
   * Enables what is wanted as far as it can be. What cannot be enabled is no failure here: a limit
   * that needs it will say so.
   *
   * @param root mount point of the unified tree
   * @param parent directory whose children are to have the controllers
   * @throws ErrnoException a directory on the way cannot be read
   */
  void enable(String root, String parent, Set<String> wanted) throws ErrnoException {
    Set<String> missing = without(wanted, names(files.read(parent, ENABLED)));
    if (!missing.isEmpty()) {
      missing.retainAll(names(files.read(root, AVAILABLE)));
    }
    if (!missing.isEmpty()) {
      walk(root, parent, missing);
    }
  }

  private void walk(String root, String parent, Set<String> wanted) throws ErrnoException {
    Deque<String> path = new ArrayDeque<>();
    for (String dir = parent; dir.length() > root.length(); dir = CgroupFiles.above(dir)) {
      path.push(dir);
    }
    path.push(root);
    for (String dir : path) {
      enableIn(dir, without(wanted, names(files.read(dir, ENABLED))));
    }
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    var rest = new LinkedHashSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  /** All at once is one walk over the tree for the kernel; one by one tells which cannot be. */
  private void enableIn(String dir, Set<String> controllers) {
    if (controllers.isEmpty() || tryEnable(dir, controllers) || controllers.size() == 1) {
      return;
    }
    for (String controller : controllers) {
      tryEnable(dir, Set.of(controller));
    }
  }

  private boolean tryEnable(String dir, Set<String> controllers) {
    try {
      files.write(dir, ENABLED, "+" + String.join(" +", controllers));
      return true;
    } catch (ErrnoException e) {
      return false;
    }
  }

  /** The words of a list of controllers. */
  static Set<String> names(String text) {
    return text.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(text.split(" ", -1)));
  }
}
