package dev.berth.node;

import dev.berth.config.BerthConfig;
import dev.berth.container.SeccompFilters;
import dev.berth.fault.Fault;
import dev.berth.shim.FilterProgram;
import dev.berth.spec.SeccompChoice;

/** The compiled system call filters, each profile compiled once. */
final class Filters implements SeccompFilters {
  Filters(BerthConfig.RuntimeDefaults config) {}

  @Override
  public FilterProgram of(SeccompChoice choice) {
    return switch (choice) {
      case SeccompChoice.Unconfined _ -> FilterProgram.NONE;
      case SeccompChoice.RuntimeDefault _, SeccompChoice.Localhost _ ->
          throw new Fault.Unimplemented("seccomp");
    };
  }
}
