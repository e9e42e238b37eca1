package dev.berth.e2e.uml;

import dev.berth.e2e.daemon.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A JVM of its own that runs test classes of any module, by the console launcher. */
final class TestCommand {
  /** The report's name in its folder. */
  static final String REPORT = "TEST-junit-jupiter.xml";

  private static final List<String> MODULES = List.of("native", "cni", "imageservice", "runtime");

  private TestCommand() {}

  /**
   * The command, its words without blanks.
   *
   * @param reports folder for the report
   * @param options more options of the JVM
   * @param classes names of test classes
   */
  static List<String> of(Path reports, List<String> options, String... classes) throws IOException {
    List<String> java = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    java.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    java.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    java.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
    java.add("-Dberth.repo=" + Repository.root());
    java.addAll(options);
    java.addAll(List.of("-cp", classPath(), "org.junit.platform.console.ConsoleLauncher"));
    java.addAll(List.of("execute", "--disable-banner", "--reports-dir=" + reports));
    java.add("--exclude-tag=speed"); // times on such a kernel say nothing
    for (String name : classes) {
      java.add("--select-class=" + name);
    }
    return java;
  }

  /** This module's tests with their libraries, then what the other modules have built. */
  private static String classPath() throws IOException {
    List<String> path = new ArrayList<>();
    path.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    for (String module : MODULES) {
      Path target = Repository.root().resolve(module).resolve("target");
      path.add(target.resolve("test-classes").toString());
    }
    Path libraries = Repository.root().resolve("runtime/target/dist/lib");
    try (Stream<Path> jars = Files.list(libraries)) {
      jars.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().forEach(path::add);
    }
    return String.join(File.pathSeparator, path);
  }
}
