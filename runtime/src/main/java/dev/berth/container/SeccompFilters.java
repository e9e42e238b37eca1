package dev.berth.container;

import dev.berth.shim.FilterProgram;
import dev.berth.spec.SeccompChoice;

/** The compiled filter for a container's choice of a profile. */
@FunctionalInterface
public interface SeccompFilters {
  /**
   * Finds or compiles it.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument the profile cannot be read or compiled
   */
  FilterProgram of(SeccompChoice choice);
}
