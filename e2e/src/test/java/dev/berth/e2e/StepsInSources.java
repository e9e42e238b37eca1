package dev.berth.e2e;

import dev.berth.e2e.daemon.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which steps the daemon's sources name. */
final class StepsInSources {
  private static final Pattern STEP =
      Pattern.compile("\\bsteps\\s*\\.\\s*(?:run|call)\\(\\s*\"([^\"]+)\"");

  private static final List<String> MODULES = List.of("runtime", "cni", "imageservice");

  /**
   * Steps that no life of a usual pod has, each with the test that breaks it or what stands in for
   * it.
   */
  private static final Map<String, String> ELSEWHERE = Map.of();

  private StepsInSources() {}

  /**
   * Steps that are named more often in the sources than operations were seen to have one of that
   * name.
   *
   * @param seen {@code OPERATION/STEP}
   * @param leftOut a source file that is not looked at, by its end
   */
  static List<String> missing(Collection<String> seen, String leftOut) throws IOException {
    Map<String, List<String>> named = new TreeMap<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Repository.root().resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          if (!file.endsWith(leftOut)) {
            read(file, named);
          }
        }
      }
    }
    List<String> missing = new ArrayList<>();
    named.forEach(
        (step, places) -> {
          long met = seen.stream().filter(each -> each.endsWith("/" + step)).count();
          if (met < places.size() && !ELSEWHERE.containsKey(step)) {
            missing.add(step + " in " + places + ", met in " + met + " operations");
          }
        });
    return missing;
  }

  private static void read(Path file, Map<String, List<String>> named) throws IOException {
    Matcher matcher = STEP.matcher(Files.readString(file));
    while (matcher.find()) {
      named
          .computeIfAbsent(matcher.group(1), key -> new ArrayList<>())
          .add(String.valueOf(file.getFileName()));
    }
  }
}
