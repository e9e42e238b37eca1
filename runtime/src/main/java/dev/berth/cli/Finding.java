package dev.berth.cli;

/**
 * What a look at one thing found.
 *
 * @param about the thing, a few words
 * @param said what was seen
 * @param advice what to do; empty when nothing is to be done
 */
record Finding(Level level, String about, String said, String advice) {

  /** How bad it is. */
  enum Level {
    ok,
    /** Something will not work, or not well. */
    warn,
    /** Pods will not run. */
    fail
  }

  static Finding ok(String about, String said) {
    return new Finding(Level.ok, about, said, "");
  }

  static Finding warn(String about, String said, String advice) {
    return new Finding(Level.warn, about, said, advice);
  }

  static Finding fail(String about, String said, String advice) {
    return new Finding(Level.fail, about, said, advice);
  }
}
