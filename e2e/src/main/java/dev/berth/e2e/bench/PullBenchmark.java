package dev.berth.e2e.bench;

import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.e2e.cri.CriClient;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.DaemonProcess;
import dev.berth.e2e.daemon.DaemonSettings;
import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.daemon.PodRanges;
import dev.berth.e2e.daemon.Remains;
import dev.berth.e2e.registry.BuiltImage;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.Layer;
import dev.berth.e2e.registry.LayerBuilder;
import dev.berth.e2e.registry.Pusher;
import dev.berth.e2e.registry.RegistryFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Times pulls from a registry on loopback: six layers of 50 MiB as gzip and as zstd, and sixty
 * small ones; each cold, and once more when all layers are there. And lists a thousand images.
 *
 * <p>Arguments: a folder for stores and registry, best on a tmpfs; the number of runs; which of
 * gzip, zstd, small and list, with commas between; and a CRI socket with the folder of its
 * hosts.toml files when another runtime is to be measured.
 */
final class PullBenchmark {
  private static final String HOST = "bench.example";
  private static final int FILE = 64 << 10;
  private static final int LISTED = 1000;
  private static final List<String> ALL = List.of("gzip", "zstd", "small", "list");

  private final CriClient client;
  private final long pid;
  private final int runs;

  private PullBenchmark(CriClient client, long pid, int runs) {
    this.client = client;
    this.pid = pid;
    this.runs = runs;
  }

  public static void main(String[] words) throws IOException {
    Path base = Path.of(words.length > 0 ? words[0] : "/dev/shm");
    int runs = words.length > 1 ? Integer.parseInt(words[1]) : 5;
    List<String> which = words.length > 2 ? List.of(words[2].split(",", -1)) : ALL;
    Path home = Files.createTempDirectory(base, "berth-pull").toRealPath();
    try (RegistryFixture registry = RegistryFixture.open(home.resolve("registry"));
        Pusher pusher = new Pusher(registry.base())) {
      for (String name : which) {
        push(pusher, name);
      }
      if (words.length > 4) {
        registry.writeHosts(Path.of(words[4]), HOST);
        try (CriClient client = new CriClient(Path.of(words[3]))) {
          new PullBenchmark(client, 0, runs).all(which);
        }
      } else {
        registry.writeHosts(home.resolve("hosts"), HOST);
        ownDaemon(home, runs, which);
      }
    } finally {
      Folders.delete(home);
    }
  }

  private static void ownDaemon(Path home, int runs, List<String> which) throws IOException {
    DaemonSettings settings =
        DaemonSettings.in(home.resolve("d"))
            .set("registry.config_path", home.resolve("hosts").toString())
            .set("network.pod_cidrs", PodRanges.next());
    try (DaemonProcess daemon = new DaemonProcess(settings)) {
      daemon.start();
      try (CriClient client = new CriClient(daemon.settings().socket())) {
        new PullBenchmark(client, daemon.pid(), runs).all(which);
      }
      int _ = daemon.terminate();
      Remains.of(daemon.instance()).remove();
    }
  }

  private static void push(Pusher pusher, String name) throws IOException {
    switch (name) {
      case "gzip" -> pusher.push(name, image(6, 800, Layer.Compression.GZIP), "1");
      case "zstd" -> pusher.push(name, image(6, 800, Layer.Compression.ZSTD), "1");
      case "small" -> pusher.push(name, image(60, 8, Layer.Compression.GZIP), "1");
      case "list" -> pushMany(pusher);
      default -> throw new IllegalArgumentException(name + ": not one of " + ALL);
    }
  }

  /** One layer, a thousand configs. */
  private static void pushMany(Pusher pusher) throws IOException {
    Layer layer = new LayerBuilder().text("a", "b").build();
    for (int i = 0; i < LISTED; i++) {
      BuiltImage image = new ImageBuilder().layer(layer).set("Env", List.of("N=" + i)).build();
      pusher.push("list", image, Integer.toString(i));
    }
  }

  private static BuiltImage image(int layers, int files, Layer.Compression packing) {
    ImageBuilder image = new ImageBuilder();
    for (int i = 0; i < layers; i++) {
      Random random = new Random(i);
      LayerBuilder layer = new LayerBuilder();
      for (int j = 0; j < files; j++) {
        layer.file("l" + i + "/d" + j / 50 + "/f" + j, 0644, content(random));
      }
      image.layer(layer.build(packing));
    }
    return image.build();
  }

  /** Compresses to about two fifths, as programs and their libraries do. */
  private static byte[] content(Random random) {
    byte[] content = new byte[FILE];
    byte[] word = new byte[24];
    for (int at = 0; at < FILE; at += word.length) {
      if (random.nextInt(5) < 2) {
        random.nextBytes(word);
      }
      System.arraycopy(word, 0, content, at, Math.min(word.length, FILE - at));
    }
    return content;
  }

  private void all(List<String> which) throws IOException {
    for (String name : which) {
      if (name.equals("list")) {
        list();
      } else {
        measure(name);
      }
    }
  }

  private void list() {
    for (int i = 0; i < LISTED; i++) {
      pull(HOST + "/list:" + i);
    }
    List<Double> times = new ArrayList<>();
    for (int run = 0; run < 4 * runs; run++) {
      times.add(
          millis(
              () -> {
                var _ = client.images().listImages(ListImagesRequest.getDefaultInstance());
              }));
    }
    System.out.printf(
        Locale.ROOT,
        "%d images listed: first %.0f ms, then %s%n",
        LISTED,
        times.getFirst(),
        shown(times));
  }

  private void measure(String name) throws IOException {
    String image = HOST + "/" + name + ":1";
    List<Double> cold = new ArrayList<>();
    List<Double> warm = new ArrayList<>();
    List<Double> remove = new ArrayList<>();
    long most = 0;
    for (int run = 0; run < runs; run++) {
      cold.add(millis(() -> pull(image)));
      most = Math.max(most, pid == 0 ? 0 : ProcessMemory.of(pid).pss());
      warm.add(millis(() -> pull(image)));
      remove.add(millis(() -> remove(image)));
    }
    System.out.printf(
        Locale.ROOT,
        "%-6s cold %s  all there %s  remove %s  PSS right after, most %d MiB%n",
        name,
        shown(cold),
        shown(warm),
        shown(remove),
        most >> 10);
  }

  private void pull(String image) {
    var _ =
        client
            .images()
            .pullImage(PullImageRequest.newBuilder().setImage(Pods.image(image)).build());
  }

  private void remove(String image) {
    var _ =
        client
            .images()
            .removeImage(RemoveImageRequest.newBuilder().setImage(Pods.image(image)).build());
  }

  private static double millis(Runnable step) {
    long begin = System.nanoTime();
    step.run();
    return (System.nanoTime() - begin) / 1e6;
  }

  private static String shown(List<Double> times) {
    List<Double> sorted = times.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "%.0f ms (%.0f to %.0f)",
        sorted.get(sorted.size() / 2),
        sorted.getFirst(),
        sorted.getLast());
  }
}
