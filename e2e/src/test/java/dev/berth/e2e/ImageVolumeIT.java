package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ImageStatusRequest;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.LayerBuilder;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images as volumes of containers. */
class ImageVolumeIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  /** Two layers; links that lead out, or try to. */
  private static final String DATA =
      TestImages.push(
          "volume",
          new ImageBuilder()
              .layer(
                  new LayerBuilder()
                      .dirs("d", "d/sub")
                      .text("d/old", "x")
                      .text("d/sub/low", "low\n")
                      .build())
              .layer(
                  new LayerBuilder()
                      .whiteout("d", "old")
                      .text("d/sub/high", "high\n")
                      .file("d/run", 0755, 7, 8, Map.of(), "#!/bin/sh\necho ran\n".getBytes(UTF_8))
                      .symlink("inside", "/d/sub")
                      .symlink("outside", "../../../../../../etc")
                      .build())
              .build());

  private static Mount.Builder image(String at, String part) {
    return Mount.newBuilder()
        .setImage(Pods.image(DATA))
        .setContainerPath(at)
        .setImageSubPath(part)
        .setReadonly(true);
  }

  private static ContainerConfig.Builder mounting(
      String name, String script, Mount.Builder... all) {
    ContainerConfig.Builder config = Node.shell(name, script);
    for (Mount.Builder mount : all) {
      config.addMounts(mount);
    }
    return config;
  }

  @Test
  void anImageAndItsPartsAreSeenReadOnly() throws IOException {
    Node node = BED.node();
    node.pull(DATA);
    String script =
        "cat /all/d/sub/* /part/* /file; ls /all/d; stat -c '%u:%g' /all/d/run; /all/d/run;"
            + " touch /all/x; touch /part/x; grep -c -E ' /(all|part) [a-z0-9]+ ro,nosuid,nodev'"
            + " /proc/mounts";
    String pod = node.pod("volume");
    String output =
        node.output(
            pod,
            mounting(
                "main",
                script + " 2>&1",
                image("/all", ""),
                image("/part", "inside/"),
                image("/file", "d/sub/low")));
    assertThat(output).isEqualTo("high\nlow\nhigh\nlow\nlow\nrun\nsub\n7:8\nran\n2\n");
    assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
        .doesNotContain(BED.daemon().settings().root().toString());
  }

  @Test
  void mountOptionsAreThere() {
    Node node = BED.node();
    node.pull(DATA);
    String output =
        node.output(
            node.pod("options"),
            mounting("main", "/all/d/run 2>&1", image("/all", "").addMountOptions("noexec")));
    assertThat(output).contains("ermission denied");
  }

  @Test
  void aPodWithUsersOfItsOwnSeesTheImagesIds() {
    Node node = BED.node();
    node.pull(DATA);
    String pod = UserNamespaces.pod(node, "volumeusers", NamespaceMode.CONTAINER);
    ContainerConfig.Builder config =
        mounting("main", "stat -c '%u:%g' /part/run", UserNamespaces.mapped(image("/part", "d")));
    assertThat(node.output(pod, UserNamespaces.in(config))).isEqualTo("7:8\n");
  }

  @Test
  void whatIsNotThereIsRefusedByName() {
    Node node = BED.node();
    node.pull(DATA);
    String pod = node.pod("refused");
    refused(
        Code.INVALID_ARGUMENT,
        () -> node.create(pod, mounting("none", "true", image("/x", "d/none"))),
        "config.mounts[0].image_sub_path \"/d/none\"");
    refused(
        Code.INVALID_ARGUMENT,
        () -> node.create(pod, mounting("out", "true", image("/x", "outside/passwd"))),
        "config.mounts[0].image_sub_path \"/outside/passwd\"");
    Mount.Builder unknown =
        Mount.newBuilder().setImage(Pods.image("no.example/x:1")).setContainerPath("/x");
    refused(
        Code.NOT_FOUND,
        () -> node.create(pod, mounting("unknown", "true", unknown)),
        "config.mounts[0].image.image \"no.example/x:1\"");
    assertThat(node.containers()).noneMatch(c -> c.getPodSandboxId().equals(pod));
  }

  @Test
  void aMountedImageStaysUntilItsLastContainerIsGoneAlsoOverARestart() throws IOException {
    Node node = BED.node();
    String volume =
        TestImages.push(
            "volume-kept",
            new ImageBuilder().layer(new LayerBuilder().text("kept", "kept\n").build()).build());
    String id = node.pull(volume);
    Mount.Builder mount =
        Mount.newBuilder().setImage(Pods.image(volume)).setContainerPath("/image");
    String pod = node.pod("kept");
    ContainerConfig.Builder config = mounting("main", "while :; do sleep 0.05; done", mount);
    String container = node.run(pod, config);
    Mount shown = node.status(container).getMounts(0);
    assertThat(shown.getImage().getImage()).isEqualTo(volume);
    assertThat(shown.getImage().getImageRef())
        .startsWith("registry.k8s.io/e2e/volume-kept@sha256:");
    remove(node, id);
    assertThat(isThere(node, volume)).isFalse();
    BED.daemon().kill();
    BED.daemon().start();
    assertThat(node.status(container).getMounts(0)).isEqualTo(shown);
    assertThat(node.sh(container, "cat /image/kept")).isEqualTo("kept\n");
    assertThat(layersWith("kept")).isOne();
    node.remove(container);
    assertThat(layersWith("kept")).isZero();
  }

  private static long layersWith(String name) throws IOException {
    try (var layers = Files.list(BED.daemon().settings().root().resolve("images/layers/sha256"))) {
      return layers.filter(layer -> Files.exists(layer.resolve(name))).count();
    }
  }

  private static boolean isThere(Node node, String name) {
    return node.images()
        .imageStatus(ImageStatusRequest.newBuilder().setImage(Pods.image(name)).build())
        .hasImage();
  }

  private static void remove(Node node, String name) {
    node.images().removeImage(RemoveImageRequest.newBuilder().setImage(Pods.image(name)).build());
  }
}
