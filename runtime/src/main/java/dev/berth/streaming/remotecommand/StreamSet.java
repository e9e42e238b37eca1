package dev.berth.streaming.remotecommand;

/**
 * Which streams a client was promised.
 *
 * @param tty whether stdout is a terminal, which has no stderr beside it
 */
public record StreamSet(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
  public StreamSet {
    stderr &= !tty;
  }
}
