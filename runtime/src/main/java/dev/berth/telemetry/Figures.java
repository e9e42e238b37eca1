package dev.berth.telemetry;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The page of the Prometheus endpoint, put together when it is asked for. */
public final class Figures implements Consumer<Call> {
  private final CallFigures calls = new CallFigures();
  private final Pulls pulls;
  private final List<Consumer<Exposition>> more = new CopyOnWriteArrayList<>();

  public Figures(Pulls pulls) {
    this.pulls = pulls;
  }

  /** Adds somebody who knows more rows. */
  public void add(Consumer<Exposition> rows) {
    more.add(rows);
  }

  @Override
  public void accept(Call call) {
    calls.accept(call);
  }

  /** The page as it is now. */
  public String page() {
    Exposition page = new Exposition();
    calls.write(page);
    pulls(page);
    machine(page);
    more.forEach(rows -> rows.accept(page));
    return page.text();
  }

  private void pulls(Exposition page) {
    Pulls.Totals totals = pulls.totals();
    page.family("berth_pulls_total", "counter", "Pulls that have ended, by outcome.");
    page.row("berth_pulls_total", totals.succeeded(), "outcome", "succeeded");
    page.row("berth_pulls_total", totals.failed(), "outcome", "failed");
    page.family("berth_pulled_bytes_total", "counter", "Size of the images that pulls answered.");
    page.row("berth_pulled_bytes_total", totals.bytes());
    page.family("berth_pulls_running", "gauge", "Pulls that run.");
    page.row("berth_pulls_running", totals.running());
  }

  private static void machine(Exposition page) {
    var memory = ManagementFactory.getMemoryMXBean();
    page.family("jvm_memory_used_bytes", "gauge", "Memory that the JVM uses, by area.");
    page.row("jvm_memory_used_bytes", memory.getHeapMemoryUsage().getUsed(), "area", "heap");
    page.row("jvm_memory_used_bytes", memory.getNonHeapMemoryUsage().getUsed(), "area", "nonheap");
    page.family("jvm_threads_current", "gauge", "Threads of the JVM.");
    page.row("jvm_threads_current", ManagementFactory.getThreadMXBean().getThreadCount());
    page.family("jvm_gc_collection_seconds", "summary", "Time spent collecting garbage.");
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      String name = gc.getName();
      page.row("jvm_gc_collection_seconds_count", gc.getCollectionCount(), "gc", name);
      page.row("jvm_gc_collection_seconds_sum", gc.getCollectionTime() / 1e3, "gc", name);
    }
    page.family("process_start_time_seconds", "gauge", "When the daemon was started.");
    page.row(
        "process_start_time_seconds", ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
  }
}
