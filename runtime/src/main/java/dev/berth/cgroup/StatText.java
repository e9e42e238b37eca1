package dev.berth.cgroup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The text of one statistics file: numbers are read from its bytes, without a string a line.
 *
 * <p>Lives until the next file is read: its bytes are the reader's.
 */
final class StatText {
  private final byte[] bytes;
  private final int length;

  StatText(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  static StatText of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return new StatText(bytes, bytes.length);
  }

  /** The number that the text begins with; another value when it begins with none ("max"). */
  long number(long otherwise) {
    return numberAt(0, otherwise);
  }

  /** The number behind a key at the beginning of a line; another value when there is none. */
  long field(String key, long otherwise) {
    int at = 0;
    while (at < length) {
      if (begins(at, key)) {
        return numberAt(at + key.length() + 1, otherwise);
      }
      at = next(at);
    }
    return otherwise;
  }

  private boolean begins(int at, String key) {
    int end = at + key.length();
    if (end >= length || bytes[end] != ' ') {
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      if (bytes[at + i] != key.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int next(int at) {
    int to = at;
    while (to < length && bytes[to] != '\n') {
      to++;
    }
    return to + 1;
  }

  /** Numbers beyond 63 bits, which version 1 shows for "no limit", count as the largest. */
  private long numberAt(int from, long otherwise) {
    long number = 0;
    int at = from;
    while (at < length && bytes[at] >= '0' && bytes[at] <= '9') {
      long wider = number * 10 + (bytes[at] - '0');
      number = number > Long.MAX_VALUE / 10 || wider < 0 ? Long.MAX_VALUE : wider;
      at++;
    }
    return at == from ? otherwise : number;
  }

  String text() {
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }

  /** The lines of a pressure file: {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}. */
  Pressure pressure() {
    Pressure.Stall some = Pressure.Stall.NONE;
    Pressure.Stall full = Pressure.Stall.NONE;
    for (String line : text().split("\n", -1)) {
      Map<String, String> fields = fields(line);
      if (line.startsWith("some ")) {
        some = stall(fields);
      } else if (line.startsWith("full ")) {
        full = stall(fields);
      }
    }
    return new Pressure(some, full);
  }

  private static Pressure.Stall stall(Map<String, String> fields) {
    return new Pressure.Stall(
        Long.parseLong(fields.getOrDefault("total", "0")) * 1000,
        Double.parseDouble(fields.getOrDefault("avg10", "0")),
        Double.parseDouble(fields.getOrDefault("avg60", "0")),
        Double.parseDouble(fields.getOrDefault("avg300", "0")));
  }

  /** Lines such as {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0} (version 2). */
  List<DeviceIo> io() {
    var devices = new ArrayList<DeviceIo>();
    for (String line : text().split("\n", -1)) {
      Map<String, String> fields = fields(line);
      int[] device = device(line);
      if (device.length == 2 && fields.containsKey("rbytes")) {
        devices.add(
            new DeviceIo(
                device[0],
                device[1],
                count(fields, "rbytes"),
                count(fields, "wbytes"),
                count(fields, "rios"),
                count(fields, "wios")));
      }
    }
    return devices;
  }

  private static long count(Map<String, String> fields, String name) {
    return Long.parseLong(fields.getOrDefault(name, "0"));
  }

  /**
   * Lines such as {@code 8:0 Read 4096} (version 1).
   *
   * @return by device: what was read, what was written
   */
  Map<String, long[]> readsAndWrites() {
    var found = new TreeMap<String, long[]>();
    for (String line : text().split("\n", -1)) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && device(line).length == 2) {
        long[] both = found.computeIfAbsent(words[0], _ -> new long[2]);
        if (words[1].equals("Read")) {
          both[0] = Long.parseLong(words[2]);
        } else if (words[1].equals("Write")) {
          both[1] = Long.parseLong(words[2]);
        }
      }
    }
    return found;
  }

  /** The numbers of the device that a line begins with; none when it begins with something else. */
  static int[] device(String line) {
    String word = line.split(" ", 2)[0];
    int colon = word.indexOf(':');
    if (colon <= 0 || !word.replace(":", "").chars().allMatch(c -> c >= '0' && c <= '9')) {
      return new int[0];
    }
    return new int[] {
      Integer.parseInt(word.substring(0, colon)), Integer.parseInt(word.substring(colon + 1))
    };
  }

  private static Map<String, String> fields(String line) {
    var fields = new TreeMap<String, String>();
    for (String word : line.split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        fields.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return fields;
  }
}
