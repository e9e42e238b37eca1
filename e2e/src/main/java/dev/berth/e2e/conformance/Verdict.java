package dev.berth.e2e.conformance;

/**
 * What became of one spec.
 *
 * @param spec its full name
 * @param outcome passed, failed or skipped
 * @param reason why not passed, in one line; empty when passed
 */
record Verdict(String spec, Outcome outcome, String reason) {

  /** The three outcomes; everything that ended badly is a failure. */
  enum Outcome {
    PASSED,
    FAILED,
    SKIPPED
  }
}
