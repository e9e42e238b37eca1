package dev.berth.cgroup;

import dev.berth.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes meters of cgroups, which share one buffer and one budget of descriptors.
 *
 * <p>Threads: one at a time, over all meters of it.
 */
public final class Meters {
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages");

  private final CgroupLayout layout;
  private final StatReader reader;
  private final MeterParts parts;

  /**
   * For the machine.
   *
   * @param mostOpen how many files may be kept open
   */
  public Meters(CgroupLayout layout, Kernel kernel, Clock clock, int mostOpen) {
    this(layout, kernel, clock, mostOpen, hugePageSizes());
  }

  Meters(CgroupLayout layout, Kernel kernel, Clock clock, int mostOpen, List<String> hugePages) {
    this.layout = layout;
    this.reader = new StatReader(kernel, mostOpen);
    this.parts = new MeterParts(new CgroupFiles(kernel), clock, hugePages);
  }

  /**
   * A meter of a cgroup, to be closed by the caller. Nothing is opened yet.
   *
   * @param directories as {@link Cgroups#directories} or {@link Cgroups#parentDirectories} gave
   *     them
   */
  public CgroupMeter of(List<String> directories) {
    StatFiles files = new StatFiles(reader, new Directories(layout, directories));
    return layout.kind() == CgroupLayout.Kind.V2
        ? new MeterV2(files, parts)
        : new MeterV1(files, parts);
  }

  /** The time that figures carry: nanoseconds since the epoch. */
  public long now() {
    return parts.now();
  }

  /** Directories such as {@code hugepages-2048kB}, as cgroup files name them: {@code 2MB}. */
  private static List<String> hugePageSizes() {
    var sizes = new ArrayList<String>();
    try (Stream<Path> found = Files.list(HUGE_PAGES)) {
      found.forEach(
          dir -> {
            String name = dir.getFileName().toString();
            if (name.matches("hugepages-[0-9]+kB")) {
              sizes.add(named(Long.parseLong(name.substring(10, name.length() - 2))));
            }
          });
    } catch (IOException e) {
      return List.of(); // a kernel without huge pages
    }
    return sizes;
  }

  private static String named(long kibibytes) {
    if (kibibytes >= 1 << 20) {
      return (kibibytes >> 20) + "GB";
    }
    return kibibytes >= 1 << 10 ? (kibibytes >> 10) + "MB" : kibibytes + "KB";
  }
}
