package dev.berth.daemon;

import dev.berth.config.LogLevel;
import dev.berth.telemetry.Scope;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The daemon's own log: one line a message on standard error.
 *
 * <p>java.util.logging is what slf4j and gRPC both end in; set up in code, since reading its
 * properties file would cost start time.
 */
public final class DaemonLog {
  /** Loggers of libraries, kept here so that their levels are not garbage-collected. */
  private static final List<Logger> LIBRARIES =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

  private static final int LONGEST_ID = 64;

  /** Says of every connection that a unix socket has no TCP keep-alive. */
  private static final Logger CHATTER = Logger.getLogger("io.netty.bootstrap");

  /** Called by java.util.logging when it is first used: leaves it without handlers. */
  public DaemonLog() {
    // The interface wants a constructor that configures; configure() does, when the level is known.
  }

  /** Must come before the first logger is made anywhere. */
  public static void claim() {
    System.setProperty("java.util.logging.config.class", DaemonLog.class.getName());
  }

  /** Shows messages from this level on. */
  public static void configure(LogLevel least) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    level(least);
    CHATTER.setLevel(Level.SEVERE);
    root.addHandler(new Lines(new PrintStream(System.err, true, StandardCharsets.UTF_8)));
  }

  /** Shows messages from this level on, from now on. */
  public static void level(LogLevel least) {
    Level level =
        switch (least) {
          case ERROR -> Level.SEVERE;
          case WARN -> Level.WARNING;
          case INFO -> Level.INFO;
          case DEBUG -> Level.FINE;
        };
    Logger.getLogger("").setLevel(level);
    Level libraries = least == LogLevel.ERROR ? Level.SEVERE : Level.WARNING;
    LIBRARIES.forEach(logger -> logger.setLevel(libraries));
  }

  private static final class Lines extends Handler {
    private final PrintStream out;

    Lines(PrintStream out) {
      this.out = out;
    }

    @Override
    public void publish(LogRecord record) {
      out.println(line(record));
    }

    @Override
    public void flush() {
      out.flush();
    }

    @Override
    public void close() {
      out.flush();
    }
  }

  /** A record as it is written, without the newline. */
  static String line(LogRecord record) {
    String name = record.getLoggerName() == null ? "" : record.getLoggerName();
    StringBuilder line = new StringBuilder();
    line.append(Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS));
    line.append(' ').append(word(record.getLevel()));
    line.append(' ').append(name.substring(name.lastIndexOf('.') + 1));
    scope(line);
    line.append(": ").append(record.getMessage());
    if (record.getThrown() != null) {
      StringWriter stack = new StringWriter();
      record.getThrown().printStackTrace(new PrintWriter(stack));
      line.append('\n').append(stack.toString().stripTrailing());
    }
    return line.toString();
  }

  /**
   * Which request, pod and container the thread works on: {@code [request=4f pod=… container=…]}.
   */
  private static void scope(StringBuilder line) {
    Scope scope = Scope.current();
    if (scope == null) {
      return;
    }
    line.append(" [request=").append(scope.requestId());
    if (!scope.podId().isEmpty()) {
      line.append(" pod=").append(printable(scope.podId()));
    }
    if (!scope.containerId().isEmpty()) {
      line.append(" container=").append(printable(scope.containerId()));
    }
    line.append(']');
  }

  /** An id as its client sent it: one word, and no line of its own. */
  private static String printable(String id) {
    String clean = id.replaceAll("[^0-9A-Za-z._-]", "?");
    return clean.length() <= LONGEST_ID ? clean : clean.substring(0, LONGEST_ID);
  }

  private static String word(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }
}
