package dev.berth.container;

import dev.berth.shim.FilterProgram;
import dev.berth.spec.SeccompChoice;
import dev.berth.spec.oci.OciSeccomp;
import org.jspecify.annotations.Nullable;

/** The compiled filter for a container's choice of a profile. */
public interface SeccompFilters {
  /**
   * Finds or compiles it.
   *
   * @param capabilities the container's bounding set, bit n stands for capability n: the default
   *     profile opens calls that need one to those who have it
   * @throws dev.berth.fault.Fault.InvalidArgument the profile cannot be read or compiled
   */
  FilterProgram of(SeccompChoice choice, long capabilities);

  /**
   * The same as a profile, for a runtime that compiles it itself; null for none.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument the profile cannot be read
   */
  @Nullable OciSeccomp profile(SeccompChoice choice, long capabilities);
}
