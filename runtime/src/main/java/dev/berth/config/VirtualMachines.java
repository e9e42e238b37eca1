package dev.berth.config;

import java.util.List;

/**
 * Runtimes that put containers into virtual machines. They speak a protocol of their own with a
 * shim of their own, not the command line of an OCI runtime, and files, processes and cgroups of
 * theirs are not where Berth looks.
 */
public final class VirtualMachines {
  /** Why they are refused. */
  public static final String REFUSAL =
      "is a runtime of virtual machines, which needs a shim of its own; Berth has none";

  private static final List<String> NAMES =
      List.of("kata", "firecracker", "krun", "runhcs", "runv", "cloud-hypervisor", "inclavare");

  private VirtualMachines() {}

  /** Whether a handler or a program of this name is one of them. */
  public static boolean runs(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return NAMES.stream().anyMatch(known -> last.startsWith(known) || last.contains("-" + known));
  }
}
