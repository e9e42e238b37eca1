package dev.berth.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of a process, in KiB (proc_pid_smaps(5), proc_pid_status(5)).
 *
 * @param pss proportional share of all its mappings, without the AOT cache
 * @param aotCache proportional share of the mappings of a file whose name ends in .aot
 * @param pageTables its page tables
 */
record ProcessMemory(long pss, long aotCache, long pageTables) {
  static final ProcessMemory NONE = new ProcessMemory(0, 0, 0);

  /** Reads it now. */
  static ProcessMemory of(long pid) throws IOException {
    Path proc = Path.of("/proc", Long.toString(pid));
    long all = 0;
    long cache = 0;
    boolean inCache = false;
    for (String line : Files.readAllLines(proc.resolve("smaps"))) {
      if (line.startsWith("Pss:")) {
        all += kib(line);
        cache += inCache ? kib(line) : 0;
      } else if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        inCache = line.endsWith(".aot");
      }
    }
    return new ProcessMemory(all - cache, cache, pageTables(proc));
  }

  ProcessMemory plus(ProcessMemory other) {
    return new ProcessMemory(
        pss + other.pss, aotCache + other.aotCache, pageTables + other.pageTables);
  }

  private static long pageTables(Path proc) throws IOException {
    List<String> status = Files.readAllLines(proc.resolve("status"));
    return status.stream()
        .filter(line -> line.startsWith("VmPTE:"))
        .mapToLong(ProcessMemory::kib)
        .sum();
  }

  private static long kib(String line) {
    return Long.parseLong(line.replaceAll("\\D+", ""));
  }
}
