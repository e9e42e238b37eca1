package dev.berth.migration;

/** What becomes of another runtime's setting. */
sealed interface Fate {
  /**
   * It becomes a key of Berth's, if Berth accepts the value.
   *
   * @param text as {@code --set} takes it
   */
  record Carried(String key, String text) implements Fate {}

  /** It does not carry over. */
  record Dropped(String why) implements Fate {}
}
