package dev.berth.image.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of a pax extended header (POSIX pax, "pax Extended Header"). */
final class PaxHeaders {
  private static final String XATTR = "SCHILY.xattr.";
  private static final int MAX_RECORDS = 10_000;

  private final Map<String, byte[]> records = new HashMap<>();

  /** Adds the records of one header; later ones win, an empty value takes one away. */
  void add(byte[] content) throws BadLayerException {
    int at = 0;
    while (at < content.length) {
      int length = length(content, at);
      addRecord(content, at, length);
      at += length;
    }
  }

  private static int length(byte[] content, int at) throws BadLayerException {
    int length = 0;
    int i = at;
    while (i < content.length && content[i] >= '0' && content[i] <= '9' && i - at < 8) {
      length = length * 10 + (content[i++] - '0');
    }
    boolean spaced = i > at && i < content.length && content[i] == ' ';
    if (!spaced || length < i - at + 3 || length > content.length - at) {
      throw new BadLayerException("a pax record has a wrong length");
    }
    return length;
  }

  private void addRecord(byte[] content, int at, int length) throws BadLayerException {
    int end = at + length - 1;
    int key = at;
    while (content[key] != ' ') {
      key++;
    }
    key++;
    int equals = key;
    while (equals < end && content[equals] != '=') {
      equals++;
    }
    if (equals == end || equals == key || content[end] != '\n') {
      throw new BadLayerException("a pax record is not KEY=value");
    }
    put(
        new String(content, key, equals - key, StandardCharsets.UTF_8),
        Arrays.copyOfRange(content, equals + 1, end));
  }

  private void put(String key, byte[] value) throws BadLayerException {
    if (key.startsWith("GNU.sparse.")) {
      throw new BadLayerException("sparse files are not supported in layers");
    }
    if (value.length == 0 && !key.startsWith(XATTR)) {
      records.remove(key);
      return;
    }
    records.put(key, value);
    if (records.size() > MAX_RECORDS) {
      throw new BadLayerException("more than " + MAX_RECORDS + " pax records");
    }
  }

  byte @Nullable [] get(String key) {
    return records.get(key);
  }

  /** The extended attributes by name. */
  Map<String, byte[]> xattrs() {
    Map<String, byte[]> xattrs = new HashMap<>();
    records.forEach(
        (key, value) -> {
          if (key.startsWith(XATTR) && key.length() > XATTR.length()) {
            xattrs.put(key.substring(XATTR.length()), value);
          }
        });
    return xattrs;
  }

  /** A copy to which an entry's own records are added. */
  PaxHeaders copy() {
    PaxHeaders copy = new PaxHeaders();
    copy.records.putAll(records);
    return copy;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }
}
