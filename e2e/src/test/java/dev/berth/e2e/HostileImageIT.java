package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.BuiltImage;
import dev.berth.e2e.registry.HostileRegistry;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.LayerBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images and registries that mean harm: refused, nothing outside touched, nothing half visible. */
class HostileImageIT {
  private static final Path OUTSIDE = Path.of("/tmp/berth-e2e-escaped");

  @RegisterExtension static final Testbed BED = new Testbed();

  @ParameterizedTest(name = "{0}")
  @MethodSource("escapes")
  void aLayerThatLeadsOutIsRefused(String name, LayerBuilder layer, String word)
      throws IOException {
    Node node = BED.node();
    String image =
        TestImages.push("hostile-" + name, new ImageBuilder().layer(layer.build()).build());
    List<Image> before = images(node);
    refused(Code.INVALID_ARGUMENT, () -> node.pull(image), word);
    assertThat(images(node)).containsExactlyInAnyOrderElementsOf(before);
    assertThat(Files.exists(OUTSIDE)).isFalse();
  }

  static Stream<Arguments> escapes() {
    String up = "../".repeat(12);
    return Stream.of(
        Arguments.of(
            "dotdot",
            new LayerBuilder().text(up + "tmp/berth-e2e-escaped", "out\n"),
            "berth-e2e-escaped"),
        Arguments.of(
            "inner-dotdot",
            new LayerBuilder().dirs("a").text("a/" + up + "tmp/berth-e2e-escaped", "out\n"),
            "berth-e2e-escaped"),
        Arguments.of(
            "hardlink", new LayerBuilder().hardlink("shadow", up + "etc/shadow"), "shadow"),
        Arguments.of("whiteout", new LayerBuilder().file("a/.wh...", 0644, new byte[0]), ".wh..."));
  }

  @Test
  void aSymlinkOfTheImageStaysInside() throws IOException {
    Node node = BED.node();
    LayerBuilder layer =
        new LayerBuilder().symlink("way", "/tmp").text("way/berth-e2e-escaped", "inside\n");
    String image =
        TestImages.push("hostile-symlink", new ImageBuilder().layer(layer.build()).build());
    try {
      node.pull(image);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }
    assertThat(Files.exists(OUTSIDE)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void aRegistryThatLiesIsFoundOut(HostileRegistry.Fault fault, Code code) throws IOException {
    Node node = BED.node();
    BuiltImage image = smallImage(fault.name());
    List<Image> before = images(node);
    try (HostileRegistry registry = new HostileRegistry(fault, image)) {
      BED.serve("liar.example", registry.address());
      String name = "liar.example/e2e/lie@" + image.digest();
      refused(code, () -> node.pull(name), "sha256:");
    }
    assertThat(images(node)).containsExactlyInAnyOrderElementsOf(before);
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        Arguments.of(HostileRegistry.Fault.WRONG_LAYER, Code.DATA_LOSS),
        Arguments.of(HostileRegistry.Fault.WRONG_CONFIG, Code.DATA_LOSS),
        Arguments.of(HostileRegistry.Fault.WRONG_MANIFEST, Code.DATA_LOSS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void aPullThatHangsEndsWithItsCaller(HostileRegistry.Fault fault) throws IOException {
    Node node = BED.node();
    List<Image> before = images(node);
    try (HostileRegistry registry = new HostileRegistry(fault, smallImage(fault.name()))) {
      BED.serve("slow.example", registry.address());
      var patient = node.images().withDeadlineAfter(Duration.ofSeconds(2));
      refused(
          Code.DEADLINE_EXCEEDED,
          () ->
              patient.pullImage(
                  PullImageRequest.newBuilder()
                      .setImage(Pods.image("slow.example/e2e/hangs:1"))
                      .build()));
    }
    assertThat(images(node)).containsExactlyInAnyOrderElementsOf(before);
  }

  static Stream<HostileRegistry.Fault> silences() {
    return Stream.of(HostileRegistry.Fault.LAYER_HANGS, HostileRegistry.Fault.ALL_HANGS);
  }

  @Test
  void aDaemonKilledInTheMiddleOfALayerLeavesNothingAndPullsItAfterwards() throws Exception {
    Node node = BED.node();
    BuiltImage image = smallImage("killed");
    String name = "killed.example/e2e/killed:1";
    PullImageRequest request = PullImageRequest.newBuilder().setImage(Pods.image(name)).build();
    Set<String> before = stored();
    try (HostileRegistry hangs = new HostileRegistry(HostileRegistry.Fault.LAYER_HANGS, image)) {
      BED.serve("killed.example", hangs.address());
      var pull = node.client().imagesLater().pullImage(request);
      await().until(() -> stored().stream().anyMatch(file -> file.startsWith("ingest/")));
      BED.daemon().kill();
      assertThatThrownBy(() -> pull.get(30, TimeUnit.SECONDS)).isNotNull();
    }
    try (HostileRegistry well = new HostileRegistry(HostileRegistry.Fault.NONE, image)) {
      BED.serve("killed.example", well.address());
      BED.restarted();
      assertThat(stored()).isEqualTo(before);
      assertThat(node.pull(name)).isEqualTo(image.id());
    }
    node.images().removeImage(RemoveImageRequest.newBuilder().setImage(Pods.image(name)).build());
    assertThat(stored()).isEqualTo(before);
  }

  /** What lies in the store, two levels deep. */
  private static Set<String> stored() throws IOException {
    Path images = BED.daemon().settings().root().resolve("images");
    Set<String> stored = new TreeSet<>();
    for (String folder :
        List.of("ingest", "partial", "trash", "records", "layers/sha256", "blobs/sha256")) {
      try (Stream<Path> files = Files.list(images.resolve(folder))) {
        files.forEach(file -> stored.add(folder + "/" + file.getFileName()));
      }
    }
    return stored;
  }

  private static BuiltImage smallImage(String content) {
    byte[] noise = new byte[200_000];
    new Random(content.hashCode()).nextBytes(noise);
    return new ImageBuilder().layer(new LayerBuilder().file("noise", 0644, noise).build()).build();
  }

  private static List<Image> images(Node node) {
    return node.images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList();
  }
}
