package dev.berth.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All keys, by area. */
final class Keys {
  /** Every key; the order is the documentation's. */
  static final List<Key<?>> ALL =
      Stream.of(
              FolderKeys.ALL,
              ImageKeys.ALL,
              NetworkKeys.ALL,
              ContainerKeys.ALL,
              ServerKeys.ALL,
              SightKeys.ALL)
          .<Key<?>>flatMap(List::stream)
          .toList();

  private Keys() {}

  /** The key of this name. */
  static Optional<Key<?>> find(String name) {
    for (Key<?> key : ALL) {
      if (key.name().equals(name)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /** The list whose items a file may also write as a table of names. */
  static Optional<Key<?>> listOfNames(String name) {
    Key<?> list = ContainerKeys.RUNTIME_HANDLERS;
    return name.startsWith(list.name() + ".") ? Optional.of(list) : Optional.empty();
  }

  /** Whether some key lies below this table. */
  static boolean isTable(String name) {
    return ALL.stream().anyMatch(key -> key.name().startsWith(name + "."));
  }
}
