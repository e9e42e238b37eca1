package dev.berth.config;

/** What happens to output when its log cannot be written: a full disk, a folder that is gone. */
public enum LogWhenFull {
  /** What does not go in is lost, and counted; the container runs on. */
  DROP,
  /** The container's writes wait until there is room. */
  STALL
}
