package dev.berth.cgroup;

import java.util.List;
import java.util.Optional;

/**
 * A cgroup's directories, found by controller.
 *
 * @param layout what is mounted
 * @param all absolute paths, at most one in each hierarchy
 */
record Directories(CgroupLayout layout, List<String> all) {

  Directories {
    all = List.copyOf(all);
  }

  /** The directory in which a controller's files are, or would be if it were enabled. */
  Optional<String> of(String controller) {
    Optional<String> root = layout.root(controller);
    return root.isPresent() ? root.flatMap(this::below) : unified();
  }

  /** The directory in the unified tree. */
  Optional<String> unified() {
    return layout.unified().flatMap(this::below);
  }

  /** Whether a controller's files are in the unified tree, if anywhere. */
  boolean onUnified(String controller) {
    return layout.root(controller).isEmpty();
  }

  /** The mount point that a directory lies below. */
  String rootOf(String directory) {
    for (String root : layout.shimRoots()) {
      if (isBelow(directory, root)) {
        return root;
      }
    }
    throw new IllegalArgumentException(directory + " is below no cgroup mount");
  }

  private Optional<String> below(String root) {
    return all.stream().filter(dir -> isBelow(dir, root)).findFirst();
  }

  static boolean isBelow(String directory, String root) {
    return directory.startsWith(root + "/");
  }
}
