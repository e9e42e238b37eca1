package dev.berth.container;

import dev.berth.state.Container;
import dev.berth.state.ContainerState.Ended;
import dev.berth.state.Pods;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;

/** What a container that has just ended wrote last, taken from its log. */
public final class RecentOutput {
  /** How long ago it may have ended. */
  static final Duration RECENT = Duration.ofSeconds(10);

  /** How much of the log's end is read. */
  static final int TAIL_BYTES = 64 << 10;

  private final Pods pods;

  public RecentOutput(Pods pods) {
    this.pods = pods;
  }

  /** Whether it ended a moment ago. */
  public boolean has(Container container) {
    return container.state() instanceof Ended ended
        && System.currentTimeMillis() - ended.finishedAt() / 1_000_000 < RECENT.toMillis();
  }

  /** Its last output, both streams in order; empty without a log. */
  public byte[] of(Container container) throws IOException {
    String log = LogPaths.of(pods, container);
    if (log.isEmpty() || !Files.isRegularFile(Path.of(log), LinkOption.NOFOLLOW_LINKS)) {
      return new byte[0];
    }
    try (RandomAccessFile file = new RandomAccessFile(log, "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      byte[] tail = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(tail);
      return contents(tail, start == 0 ? 0 : next(tail, 0));
    }
  }

  private static int next(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return Math.min(bytes.length, at + 1);
  }

  /** Takes "TIME STREAM TAG " off every line, and the newline off a part of one. */
  static byte[] contents(byte[] log, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(log.length);
    for (int at = from; at < log.length; ) {
      int end = next(log, at);
      int content = at;
      for (int spaces = 0; spaces < 3 && content < end; content++) {
        spaces += log[content] == ' ' ? 1 : 0;
      }
      boolean part = content >= 2 && log[content - 2] == 'P';
      out.write(log, content, Math.max(0, end - content - (part ? 1 : 0)));
      at = end;
    }
    return out.toByteArray();
  }
}
