package dev.berth.spec.oci;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Unchangeable copies, for records whose keys may be missing in the JSON they are read from. */
final class Copies {
  private Copies() {}

  static <T> List<T> list(@Nullable List<T> given) {
    return given == null ? List.of() : List.copyOf(given);
  }

  static SortedMap<String, String> sorted(@Nullable Map<String, String> given) {
    return given == null
        ? Collections.emptySortedMap()
        : Collections.unmodifiableSortedMap(new TreeMap<>(given));
  }
}
