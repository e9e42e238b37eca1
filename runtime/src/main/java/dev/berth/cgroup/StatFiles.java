package dev.berth.cgroup;

import dev.berth.kernel.Fd;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statistics files of one cgroup. A file that is not there at first is not looked for again.
 */
final class StatFiles implements AutoCloseable {
  private final StatReader reader;
  private final Directories cgroup;
  private final Map<String, Optional<Fd>> kept = new HashMap<>();

  StatFiles(StatReader reader, Directories cgroup) {
    this.reader = reader;
    this.cgroup = cgroup;
  }

  /** A controller's file, by a name such as {@code memory.stat}; null when there is none. */
  @Nullable StatText ofController(String file) {
    return of(cgroup.of(file.substring(0, file.indexOf('.'))), file);
  }

  /** A file of the unified tree; null when there is none. */
  @Nullable StatText ofUnified(String file) {
    return of(cgroup.unified(), file);
  }

  private @Nullable StatText of(Optional<String> dir, String file) {
    if (dir.isEmpty()) {
      return null;
    }
    Optional<Fd> known = kept.get(file);
    if (known == null) {
      if (!reader.mayKeep()) {
        return reader.once(dir.get() + "/" + file);
      }
      known = Optional.ofNullable(reader.keep(dir.get() + "/" + file));
      kept.put(file, known);
    }
    return known.isEmpty() ? null : reader.read(known.get());
  }

  /** The number in a controller's file; another value when there is none. */
  long number(String file, long otherwise) {
    StatText text = ofController(file);
    return text == null ? otherwise : text.number(otherwise);
  }

  /** What a pressure file of the unified tree says; null where the kernel keeps no pressure. */
  @Nullable Pressure pressure(String file) {
    StatText text = ofUnified(file);
    return text == null ? null : text.pressure();
  }

  List<String> directories() {
    return cgroup.all();
  }

  boolean onUnified(String controller) {
    return cgroup.onUnified(controller);
  }

  Optional<String> directory(String controller) {
    return cgroup.of(controller);
  }

  @Override
  public void close() {
    kept.values().forEach(fd -> fd.ifPresent(reader::closed));
    kept.clear();
  }
}
