package dev.berth.e2e;

/** What can happen to a step. */
enum StepFault {
  FAILS_BEFORE("before fail"),
  FAILS_AFTER("after fail"),
  /** Before it acts; its caller gives up. */
  HANGS("before hang"),
  /** The daemon is killed after it acted. */
  DIES("after kill");

  private final String words;

  StepFault(String words) {
    this.words = words;
  }

  /** As the fault switch has it. */
  String words() {
    return words;
  }
}
