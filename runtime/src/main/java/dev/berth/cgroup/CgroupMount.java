package dev.berth.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mounted cgroup hierarchy.
 *
 * @param names its controllers and its name with prefix, or {@link #UNIFIED}
 * @param root which directory of the hierarchy is mounted
 * @param mountPoint where
 */
record CgroupMount(List<String> names, String root, String mountPoint) {

  static final String UNIFIED = "unified";

  /** Options of the superblock that are neither a controller nor a name. */
  private static final Set<String> NOT_CONTROLLERS =
      Set.of("rw", "ro", "xattr", "clone_children", "noprefix", "cpuset_v2_mode", "favordynmods");

  /**
   * Reads a line of a mount table (proc_pid_mountinfo(5)).
   *
   * @return empty when it is no cgroup
   */
  static Optional<CgroupMount> parse(String line) {
    int separator = line.indexOf(" - ");
    if (separator < 0) {
      return Optional.empty();
    }
    String[] before = line.substring(0, separator).split(" ", -1);
    String[] after = line.substring(separator + 3).split(" ", -1);
    if (before.length < 6 || after.length < 3) {
      return Optional.empty();
    }
    List<String> names =
        switch (after[0]) {
          case "cgroup2" -> List.of(UNIFIED);
          case "cgroup" -> names(after[2]);
          default -> List.of();
        };
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(new CgroupMount(names, plain(before[3]), plain(before[4])));
  }

  private static List<String> names(String options) {
    var names = new ArrayList<String>();
    for (String option : options.split(",", -1)) {
      boolean other = NOT_CONTROLLERS.contains(option) || option.startsWith("release_agent=");
      if (!option.isEmpty() && !other) {
        names.add(option);
      }
    }
    return names;
  }

  /** Of two mounts of one hierarchy: the one that shows all of it, then the first. */
  CgroupMount better(CgroupMount later) {
    return !root.equals("/") && later.root.equals("/") ? later : this;
  }

  /** Undoes the octal escapes of blanks and backslashes. */
  private static String plain(String escaped) {
    if (escaped.indexOf('\\') < 0) {
      return escaped;
    }
    return escaped
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
