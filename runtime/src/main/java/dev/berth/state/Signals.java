package dev.berth.state;

import dev.berth.cri.v1.Signal;
import dev.berth.spec.StopSignal;

/** Signals by the numbers of signal(7), which x86-64 and arm64 share. */
public final class Signals {
  public static final int KILL = 9;

  private Signals() {}

  /** The CRI's value for a signal's number; the runtime default for a number it has no name for. */
  public static Signal named(int number) {
    for (Signal signal : Signal.values()) {
      if (signal != Signal.UNRECOGNIZED
          && signal != Signal.SIGNAL_RUNTIME_DEFAULT
          && StopSignal.of(signal, "") == number) {
        return signal;
      }
    }
    return Signal.SIGNAL_RUNTIME_DEFAULT;
  }
}
