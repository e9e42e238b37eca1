package dev.berth.streaming;

import dev.berth.fault.Fault;

/** What exec and attach require of the streams that they are asked for. */
final class Streams {
  private Streams() {}

  /**
   * Checks a request's streams.
   *
   * @throws Fault.InvalidArgument there are none, or stderr beside a terminal
   */
  static void check(boolean tty, boolean stdin, boolean stdout, boolean stderr) {
    if (tty && stderr) {
      throw Fault.InvalidArgument.of("stderr", "true", "must be false with tty: it has one output");
    }
    if (!stdin && !stdout && !stderr) {
      throw Fault.InvalidArgument.of(
          "stdin, stdout, stderr", "false", "at least one of them must be true");
    }
  }
}
