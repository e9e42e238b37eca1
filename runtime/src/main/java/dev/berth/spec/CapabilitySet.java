package dev.berth.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Capabilities as a mask and as names (capabilities(7)). */
public final class CapabilitySet {
  private static final String PREFIX = "CAP_";

  /** In the kernel's order: the index is the number. */
  private static final List<String> NAMES =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  /** Every capability that has a name. */
  public static final long ALL = (1L << NAMES.size()) - 1;

  /** What a container has unless something else is asked for: the set that the field agrees on. */
  public static final long DEFAULT =
      mask(
          "CHOWN",
          "DAC_OVERRIDE",
          "FSETID",
          "FOWNER",
          "MKNOD",
          "NET_RAW",
          "SETGID",
          "SETUID",
          "SETFCAP",
          "SETPCAP",
          "NET_BIND_SERVICE",
          "SYS_CHROOT",
          "KILL",
          "AUDIT_WRITE");

  private CapabilitySet() {}

  /** The number of a name, in any case, with or without its prefix; empty when there is none. */
  public static OptionalInt number(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    int found = NAMES.indexOf(upper.startsWith(PREFIX) ? upper.substring(4) : upper);
    return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
  }

  /** The names of a mask with their prefix, in the kernel's order. */
  public static List<String> names(long mask) {
    var names = new ArrayList<String>();
    for (int i = 0; i < NAMES.size(); i++) {
      if ((mask & (1L << i)) != 0) {
        names.add(PREFIX + NAMES.get(i));
      }
    }
    return names;
  }

  /**
   * The mask of names.
   *
   * @throws IllegalArgumentException one of them does not exist
   */
  public static long mask(List<String> names) {
    long mask = 0;
    for (String name : names) {
      mask |=
          1L
              << number(name)
                  .orElseThrow(() -> new IllegalArgumentException("no capability " + name));
    }
    return mask;
  }

  private static long mask(String... names) {
    return mask(List.of(names));
  }
}
