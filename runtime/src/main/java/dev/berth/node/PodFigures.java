package dev.berth.node;

import dev.berth.shim.Shim;
import dev.berth.state.Container;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.StatusViews;
import dev.berth.telemetry.Exposition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Rows about pods, containers and shims. */
final class PodFigures implements Consumer<Exposition> {
  private static final long PAGE = 4096;

  private final Pods pods;

  PodFigures(Pods pods) {
    this.pods = pods;
  }

  @Override
  public void accept(Exposition page) {
    Map<String, Integer> sandboxes = new TreeMap<>();
    Map<String, Integer> containers = new TreeMap<>();
    int shims = 0;
    long memory = 0;
    for (Sandbox sandbox : pods.anySandboxes()) {
      sandboxes.merge(StatusViews.state(sandbox).name(), 1, Integer::sum);
      for (Container container : sandbox.containers()) {
        containers.merge(StatusViews.state(container).name(), 1, Integer::sum);
      }
      Shim shim = sandbox.shim();
      if (shim != null) {
        shims++;
        memory += resident(shim.pid());
      }
    }
    page.family("berth_pods", "gauge", "Pods, by state.");
    sandboxes.forEach((state, count) -> page.row("berth_pods", count, "state", state));
    page.family("berth_containers", "gauge", "Containers, by state.");
    containers.forEach((state, count) -> page.row("berth_containers", count, "state", state));
    page.family("berth_shims", "gauge", "Shims that answer.");
    page.row("berth_shims", shims);
    page.family("berth_shims_resident_bytes", "gauge", "Resident memory of all shims.");
    page.row("berth_shims_resident_bytes", memory);
  }

  /** The second number of proc_pid_statm(5), in bytes; 0 when the process is gone. */
  private static long resident(int pid) {
    try {
      String text = Files.readString(Path.of("/proc", Integer.toString(pid), "statm"));
      return Long.parseLong(text.split(" ", 3)[1]) * PAGE;
    } catch (IOException e) {
      return 0;
    }
  }
}
