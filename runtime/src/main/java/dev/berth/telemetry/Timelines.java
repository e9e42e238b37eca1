package dev.berth.telemetry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What was done for each pod: its first and its last requests, for the pods that were worked on
 * last.
 *
 * <p>Calls that only look are left out. Forgotten with the daemon.
 */
public final class Timelines implements Consumer<Call> {
  /** Twice what a node runs; one has about 5 KiB. */
  private static final int MOST_PODS = 256;

  private static final int MOST_CALLS = 32;
  private static final Set<String> CHANGE =
      Set.of(
          "RunPodSandbox",
          "StopPodSandbox",
          "RemovePodSandbox",
          "CreateContainer",
          "StartContainer",
          "StopContainer",
          "RemoveContainer",
          "UpdateContainerResources",
          "UpdatePodSandboxResources");

  private final Map<String, List<Call>> pods =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Call>> eldest) {
          return size() > MOST_PODS;
        }
      };

  @Override
  public synchronized void accept(Call call) {
    if (CHANGE.contains(call.method()) && !call.podId().isEmpty()) {
      List<Call> calls = pods.computeIfAbsent(call.podId(), _ -> new ArrayList<>());
      if (calls.size() >= MOST_CALLS) {
        calls.remove(MOST_CALLS / 2); // how it began and how it ended stay
      }
      calls.add(call);
    }
  }

  /** The ids of pods that begin so. */
  public synchronized List<String> pods(String prefix) {
    return pods.keySet().stream().filter(id -> id.startsWith(prefix)).toList();
  }

  /** A pod's requests, oldest first; none when nothing is known. */
  public synchronized List<Call> of(String podId) {
    return List.copyOf(pods.getOrDefault(podId, List.of()));
  }
}
