package dev.berth.handler;

import dev.berth.config.VirtualMachines;
import dev.berth.fault.Fault;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The handlers of a node, by the names that a RuntimeClass can have. */
public final class Handlers {
  /** Berth's own engine, by its two names. */
  public static final Set<String> OWN = Set.of("", "berth");

  private static final String FIELD = "runtime_handler";

  private final Map<String, OciRuntime> runtimes = new TreeMap<>();

  /** Berth's own engine and these. */
  public Handlers(List<OciRuntime> others) {
    others.forEach(runtime -> runtimes.put(runtime.name(), runtime));
  }

  /** All that are not Berth's own engine. */
  public Collection<OciRuntime> others() {
    return List.copyOf(runtimes.values());
  }

  /** The runtime behind a handler's name; null for Berth's own engine and for none. */
  public @Nullable OciRuntime find(String handler) {
    return runtimes.get(handler);
  }

  /**
   * Checks that a pod can have a handler.
   *
   * @param ownUsers whether the pod has a user namespace of its own
   * @throws Fault.InvalidArgument there is no such handler, or it cannot do that
   * @throws Fault.FailedPrecondition its program is not there
   */
  public void check(String handler, boolean ownUsers) {
    if (OWN.contains(handler)) {
      return;
    }
    OciRuntime runtime = runtimes.get(handler);
    if (runtime == null) {
      throw Fault.InvalidArgument.of(
          FIELD,
          handler,
          VirtualMachines.runs(handler) ? VirtualMachines.REFUSAL : "no such runtime handler");
    }
    if (ownUsers) {
      throw Fault.InvalidArgument.of(
          FIELD, handler, "user namespaces are Berth's own engine's alone, not this handler's");
    }
    if (runtime.program().isEmpty()) {
      throw new Fault.FailedPrecondition(
          FIELD
              + " \""
              + handler
              + "\": its program "
              + runtime.command().getFirst()
              + " is not there");
    }
  }
}
