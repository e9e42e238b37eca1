package dev.berth.e2e.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the benchmark is told.
 *
 * @param socket the CRI socket; absent: a daemon and a registry of its own
 * @param lives lives in each round
 * @param parallel lives at a time, one round for each
 * @param image what the pods run; pulled when it is missing
 * @param handler the runtime handler
 * @param daemonPid the daemon whose memory is read; absent: not read
 * @param standing pods that stand at the same time while memory is read
 * @param peer whether the machine's containerd is measured too
 * @param out the JSON file
 */
record BenchOptions(
    Optional<Path> socket,
    int lives,
    List<Integer> parallel,
    String image,
    String handler,
    Optional<Long> daemonPid,
    int standing,
    boolean peer,
    Path out) {

  static final String USAGE =
      """
      usage: e2e/bench/run [--socket PATH] [--lives N] [--parallel 1,5] [--image NAME]
                           [--handler NAME] [--daemon-pid PID] [--standing N] [--out FILE]
                           [--peer containerd]
      Without --socket a daemon of this tree and a registry are started for the benchmark.
      With --peer the machine's containerd is measured after it, in the same way; and compared.
      """;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with the word that is wrong
   */
  static BenchOptions parse(String... words) {
    TreeMap<String, String> given = new TreeMap<>();
    for (int i = 0; i < words.length; i += 2) {
      if (!words[i].startsWith("--") || i + 1 == words.length) {
        throw new IllegalArgumentException("unexpected " + words[i]);
      }
      given.put(words[i].substring(2), words[i + 1]);
    }
    BenchOptions options =
        new BenchOptions(
            Optional.ofNullable(given.remove("socket")).map(Path::of),
            Integer.parseInt(take(given, "lives", "100")),
            Stream.of(take(given, "parallel", "1,5").split(",", -1)).map(Integer::valueOf).toList(),
            take(given, "image", "registry.k8s.io/e2e-test-images/busybox:1.29-2"),
            take(given, "handler", ""),
            Optional.ofNullable(given.remove("daemon-pid")).map(Long::valueOf),
            Integer.parseInt(take(given, "standing", "0")),
            peer(take(given, "peer", "")),
            Path.of(take(given, "out", "target/bench/pod-life.json")));
    if (!given.isEmpty()) {
      throw new IllegalArgumentException("unknown option --" + given.firstKey());
    }
    return options;
  }

  private static boolean peer(String name) {
    if (!name.isEmpty() && !name.equals("containerd")) {
      throw new IllegalArgumentException("--peer " + name + ": only containerd is known");
    }
    return !name.isEmpty();
  }

  private static String take(TreeMap<String, String> given, String key, String otherwise) {
    String value = given.remove(key);
    return value == null ? otherwise : value;
  }
}
