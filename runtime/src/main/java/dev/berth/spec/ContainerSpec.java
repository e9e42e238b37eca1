package dev.berth.spec;

import dev.berth.shim.Namespaces;
import dev.berth.shim.PodUsers;
import dev.berth.spec.oci.OciSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A translated container: the OCI spec, which hooks and adjustments see and may change, and beside
 * it what that specification has no words for.
 *
 * @param oci the spec
 * @param namespaces which namespaces it lives in
 * @param users the pod's user namespace, null for the machine's
 * @param seccomp which filter it gets
 * @param stdio its streams
 * @param stopSignal number of the signal that asks it to end
 * @param notes what was asked for and could not be given in full, one line each, for the log
 */
public record ContainerSpec(
    OciSpec oci,
    Namespaces namespaces,
    @Nullable PodUsers users,
    SeccompChoice seccomp,
    Stdio stdio,
    int stopSignal,
    List<String> notes) {

  public ContainerSpec {
    notes = List.copyOf(notes);
  }

  /** The same with another OCI spec. */
  public ContainerSpec withOci(OciSpec other) {
    return new ContainerSpec(other, namespaces, users, seccomp, stdio, stopSignal, notes);
  }
}
