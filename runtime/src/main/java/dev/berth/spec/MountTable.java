package dev.berth.spec;

import dev.berth.spec.HostFiles.Spread;
import dev.berth.spec.check.Paths;
import java.util.List;

/** The mounts of a mount namespace (proc_pid_mountinfo(5)). */
record MountTable(List<Entry> entries) {

  /** One mount. */
  record Entry(String point, Spread spread) {}

  static MountTable parse(String text) {
    return new MountTable(text.lines().map(MountTable::entry).toList());
  }

  /** How mounts spread from the mount a path lies on: the last one made over its longest prefix. */
  Spread spread(String path) {
    Entry best = new Entry("/", Spread.PRIVATE);
    for (Entry entry : entries) {
      if (Paths.within(entry.point(), path) && entry.point().length() >= best.point().length()) {
        best = entry;
      }
    }
    return best.spread();
  }

  /** Fields: id, parent, device, root, mount point, options, then optional ones up to a dash. */
  private static Entry entry(String line) {
    List<String> fields = List.of(line.split(" "));
    Spread spread = Spread.PRIVATE;
    for (String field : fields.subList(Math.min(6, fields.size()), fields.size())) {
      if (field.equals("-")) {
        break;
      }
      if (field.startsWith("shared:")) {
        spread = Spread.SHARED;
      } else if (field.startsWith("master:") && spread != Spread.SHARED) {
        spread = Spread.SLAVE;
      }
    }
    return new Entry(unescaped(fields.size() > 4 ? fields.get(4) : "/"), spread);
  }

  /** Space, tab, newline and backslash are written as three octal digits. */
  private static String unescaped(String field) {
    return field
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
