package dev.berth.stats;

import java.util.LinkedHashMap;
import java.util.Map;

/** What passed one network interface since it was made. */
public record InterfaceCounters(
    String name,
    long rxBytes,
    long rxPackets,
    long rxErrors,
    long rxDropped,
    long txBytes,
    long txPackets,
    long txErrors,
    long txDropped) {

  private static final int COLUMNS = 16;

  /** The other end of a veth pair: what one end sends, the other receives. */
  InterfaceCounters otherEnd(String itsName) {
    return new InterfaceCounters(
        itsName, txBytes, txPackets, txErrors, txDropped, rxBytes, rxPackets, rxErrors, rxDropped);
  }

  /**
   * Reads the text of {@code /proc/net/dev} (proc_pid_net(5)).
   *
   * @return by name, without the loopback interface, in the file's order
   */
  static Map<String, InterfaceCounters> parse(String text) {
    var found = new LinkedHashMap<String, InterfaceCounters>();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String name = line.substring(0, colon).strip();
        String[] columns = line.substring(colon + 1).strip().split(" +", -1);
        if (!name.equals("lo") && columns.length >= COLUMNS) {
          found.put(name, of(name, columns));
        }
      }
    }
    return found;
  }

  private static InterfaceCounters of(String name, String[] columns) {
    return new InterfaceCounters(
        name,
        Long.parseLong(columns[0]),
        Long.parseLong(columns[1]),
        Long.parseLong(columns[2]),
        Long.parseLong(columns[3]),
        Long.parseLong(columns[8]),
        Long.parseLong(columns[9]),
        Long.parseLong(columns[10]),
        Long.parseLong(columns[11]));
  }
}
