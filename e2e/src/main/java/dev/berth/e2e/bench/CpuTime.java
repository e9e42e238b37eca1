package dev.berth.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processor time of processes, from proc_pid_stat(5). */
final class CpuTime {
  private static final double TICKS = 100;

  private CpuTime() {}

  /** Seconds that all processes have used whose names begin with this. */
  static double of(String name) throws IOException {
    double sum = 0;
    List<Path> all;
    try (Stream<Path> found = Files.list(Path.of("/proc"))) {
      all = found.filter(p -> p.toString().matches("/proc/\\d+")).toList();
    }
    for (Path process : all) {
      sum += of(process, name);
    }
    return sum;
  }

  private static double of(Path process, String name) throws IOException {
    try {
      String stat = Files.readString(process.resolve("stat"));
      int end = stat.lastIndexOf(')');
      if (!stat.substring(stat.indexOf('(') + 1, end).startsWith(name)) {
        return 0;
      }
      String[] fields = stat.substring(end + 2).split(" ", -1);
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    } catch (NoSuchFileException e) {
      return 0; // it ended meanwhile
    }
  }
}
