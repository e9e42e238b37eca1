package dev.berth.spec;

import dev.berth.cri.v1.Signal;
import dev.berth.spec.check.Refusal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signal that asks a container to end: the request's, else the image's, else SIGTERM. Numbers
 * are those of signal(7) for x86-64 and arm64, which agree.
 */
public final class StopSignal {
  private static final int SIGTERM = 15;

  /** What programs see as SIGRTMIN: the C libraries keep 32 and 33 for themselves. */
  private static final int RTMIN = 34;

  private static final int RTMAX = 64;
  private static final Pattern REAL_TIME =
      Pattern.compile("RT(MIN|MAX)(?:(PLUS|MINUS|\\+|-)(\\d{1,2}))?");

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("HUP", 1),
          Map.entry("INT", 2),
          Map.entry("QUIT", 3),
          Map.entry("ILL", 4),
          Map.entry("TRAP", 5),
          Map.entry("ABRT", 6),
          Map.entry("IOT", 6),
          Map.entry("BUS", 7),
          Map.entry("FPE", 8),
          Map.entry("KILL", 9),
          Map.entry("USR1", 10),
          Map.entry("SEGV", 11),
          Map.entry("USR2", 12),
          Map.entry("PIPE", 13),
          Map.entry("ALRM", 14),
          Map.entry("TERM", SIGTERM),
          Map.entry("STKFLT", 16),
          Map.entry("CHLD", 17),
          Map.entry("CLD", 17),
          Map.entry("CONT", 18),
          Map.entry("STOP", 19),
          Map.entry("TSTP", 20),
          Map.entry("TTIN", 21),
          Map.entry("TTOU", 22),
          Map.entry("URG", 23),
          Map.entry("XCPU", 24),
          Map.entry("XFSZ", 25),
          Map.entry("VTALRM", 26),
          Map.entry("PROF", 27),
          Map.entry("WINCH", 28),
          Map.entry("IO", 29),
          Map.entry("POLL", 29),
          Map.entry("PWR", 30),
          Map.entry("SYS", 31));

  private StopSignal() {}

  /**
   * The number to send.
   *
   * @param image the image's own, a name with or without {@code SIG} or a number, {@code ""} for
   *     none
   * @throws dev.berth.fault.Fault.InvalidArgument no such signal
   */
  public static int of(Signal requested, String image) {
    return switch (requested) {
      case SIGNAL_RUNTIME_DEFAULT ->
          image.isEmpty() ? SIGTERM : number("image config stop signal", image);
      case UNRECOGNIZED -> throw Refusal.of("config.stop_signal", requested, "no such signal");
      default -> number("config.stop_signal", requested.name().substring("SIGNAL_".length()));
    };
  }

  private static int number(String field, String text) {
    if (text.matches("\\d{1,2}")) {
      return inRange(field, text, Integer.parseInt(text));
    }
    String upper = text.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
    Matcher realTime = REAL_TIME.matcher(name);
    if (realTime.matches()) {
      return realTime(field, text, realTime);
    }
    Integer number = NUMBERS.get(name);
    if (number == null) {
      throw Refusal.of(field, text, "no such signal");
    }
    return number;
  }

  private static int realTime(String field, String text, Matcher parts) {
    boolean fromMin = parts.group(1).equals("MIN");
    int offset = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
    boolean plus = parts.group(2) == null || parts.group(2).matches("PLUS|\\+");
    if (parts.group(2) != null && plus != fromMin) {
      throw Refusal.of(field, text, "no such signal");
    }
    int number = fromMin ? RTMIN + offset : RTMAX - offset;
    if (number < RTMIN) {
      throw Refusal.of(field, text, "no such signal");
    }
    return inRange(field, text, number);
  }

  private static int inRange(String field, String text, int number) {
    if (number < 1 || number > RTMAX) {
      throw Refusal.of(field, text, "no such signal");
    }
    return number;
  }
}
