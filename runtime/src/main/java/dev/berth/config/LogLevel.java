package dev.berth.config;

/** The least important message that the daemon's log still shows. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG
}
