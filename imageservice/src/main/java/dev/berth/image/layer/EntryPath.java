package dev.berth.image.layer;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A member's place below the layer's root: components without {@code .}, {@code ..} and empty ones.
 *
 * @param components raw names, none for the root itself
 */
record EntryPath(List<byte[]> components) {

  /**
   * Reads a name. A leading slash means the layer's root, as every unpacker takes it.
   *
   * @throws BadLayerException it holds {@code ..}
   */
  static EntryPath of(byte[] path) throws BadLayerException {
    List<byte[]> components = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        add(components, Arrays.copyOfRange(path, begin, i));
        begin = i + 1;
      }
    }
    return new EntryPath(components);
  }

  private static void add(List<byte[]> components, byte[] name) throws BadLayerException {
    boolean dot = name.length == 1 && name[0] == '.';
    if (name.length == 2 && name[0] == '.' && name[1] == '.') {
      throw new BadLayerException("its path holds \"..\" and could leave the layer");
    }
    if (name.length > 0 && !dot) {
      components.add(name);
    }
  }

  boolean isRoot() {
    return components.isEmpty();
  }

  /** The last component. */
  byte[] name() {
    return components.getLast();
  }

  /** How many components lie above the last one. */
  int depth() {
    return components.size() - 1;
  }

  /** The first components as one path, {@code "."} for none. */
  byte[] prefix(int count) {
    if (count == 0) {
      return new byte[] {'.'};
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        joined.write('/');
      }
      joined.writeBytes(components.get(i));
    }
    return joined.toByteArray();
  }

  /** The directory it lies in. */
  byte[] parent() {
    return prefix(depth());
  }
}
