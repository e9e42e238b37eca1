package dev.berth.e2e;

/** What can happen to a step. */
enum StepFault {
  FAILS_BEFORE("before fail", "fails before it acts"),
  FAILS_AFTER("after fail", "fails after it acted"),
  /** Before it acts; its caller gives up. */
  HANGS("before hang", "hangs, its caller gives up"),
  /** The daemon is killed after it acted. */
  DIES("after kill", "kills the daemon");

  private final String words;
  private final String title;

  StepFault(String words, String title) {
    this.words = words;
    this.title = title;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** As the fault switch has it. */
  String words() {
    return words;
  }
}
