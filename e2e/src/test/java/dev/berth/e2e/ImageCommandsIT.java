package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ImageFilter;
import dev.berth.cri.v1.ImageSpec;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.daemon.DaemonSettings;
import dev.berth.e2e.daemon.Repository;
import dev.berth.e2e.registry.BuiltImage;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.Layer;
import dev.berth.e2e.registry.LayerBuilder;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands about images, against a daemon that runs. */
class ImageCommandsIT {
  @RegisterExtension static final Testbed BED = new Testbed(ImageCommandsIT::keepsAndAsks);

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  private static DaemonSettings keepsAndAsks(DaemonSettings settings) {
    try {
      Path verifiers = Files.createDirectories(settings.home().resolve("verifiers"));
      return settings
          .set("images.layer_blobs", "keep")
          .set("images.verifier_folder", verifiers.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Said(int code, String out, String problems) {}

  private Said berth(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Repository.launcher().toString());
    command.addAll(List.of(arguments));
    command.add("--socket");
    command.add(BED.daemon().settings().socket().toString());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("BERTH_AOT", "no");
    Path out = dir.resolve("out");
    Path problems = dir.resolve("problems");
    Process process = builder.redirectOutput(out.toFile()).redirectError(problems.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(out), Files.readString(problems));
  }

  private JsonNode json(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-o", "json"));
    Said said = berth(all.toArray(String[]::new));
    assertThat(said.problems()).isEmpty();
    return JSON.readTree(said.out());
  }

  @Test
  void aDamagedLayerIsFoundAndFetchedAgain() throws Exception {
    Node node = BED.node();
    BuiltImage built =
        Busybox.image().layer(new LayerBuilder().text("mark", "whole\n").build()).build();
    String reference = TestImages.push("commands", built);
    JsonNode pulled = json("pull", reference);
    assertThat(pulled.path("id").asText()).isEqualTo(built.id());
    assertThat(berth("pull", reference).out().strip()).isEqualTo(built.id());
    assertThat(json("fsck").path("damages")).isEmpty();

    Path mark = BED.daemon().settings().root().resolve("images/layers/sha256");
    try (Stream<Path> layers = Files.list(mark)) {
      mark = layers.map(l -> l.resolve("mark")).filter(Files::exists).findFirst().orElseThrow();
    }
    Files.writeString(mark, "w".repeat(5000));
    Said found = berth("fsck", "--repair");
    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out()).contains("layer sha256:").contains("discarded").contains(built.id());
    assertThat(status(node, reference)).isEmpty();
    node.pull(reference);
    assertThat(node.output(node.pod("mended"), Pods.container("main", reference, "cat", "/mark")))
        .isEqualTo("whole\n");
    assertThat(berth("fsck").code()).isZero();
    remove(node, reference);
  }

  @Test
  void anArchiveIsImportedPinnedAndItsDiskUseShown() throws Exception {
    Node node = BED.node();
    Path archive = Files.write(dir.resolve("archive.tar"), archive("e2e/imported:1"));
    JsonNode imported = json("import", archive.toString(), "--pin");
    assertThat(imported.path(0).path("names").path(0).asText())
        .isEqualTo("docker.io/e2e/imported:1");
    List<Image> shown = status(node, "e2e/imported:1");
    assertThat(shown).hasSize(1);
    assertThat(shown.getFirst().getPinned()).isTrue();
    JsonNode use = json("df");
    assertThat(use.path("bytes").asLong()).isPositive();
    assertThat(use.path("images").findValuesAsText("id")).contains(shown.getFirst().getId());
    Said bad = berth("import", "/nonexistent.tar");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.problems()).startsWith("berth import: path \"/nonexistent.tar\"");
  }

  @Test
  void whatIsExportedIsImportedAsItWas() throws Exception {
    Node node = BED.node();
    BuiltImage built =
        Busybox.image().layer(new LayerBuilder().text("mark", "exported\n").build()).build();
    String reference = TestImages.push("exported", built);
    node.pull(reference);
    Path archive = dir.resolve("exported.tar");
    JsonNode exported = json("export", reference, archive.toString());
    assertThat(exported.path("bytes").asLong()).isEqualTo(Files.size(archive));
    Image before = status(node, reference).getFirst();
    remove(node, reference);
    assertThat(json("import", archive.toString()).path(0).path("id").asText())
        .isEqualTo(built.id());
    assertThat(status(node, reference)).containsExactly(before);
    assertThat(node.output(node.pod("exported"), Pods.container("main", reference, "cat", "/mark")))
        .isEqualTo("exported\n");
    remove(node, reference);
  }

  @Test
  void aVerifierMayRefuseAPull() throws Exception {
    Node node = BED.node();
    String reference = TestImages.push("unsigned", new ImageBuilder().build());
    Path verifier = BED.daemon().settings().home().resolve("verifiers/unsigned");
    Files.writeString(
        verifier, "#!/bin/sh\ncase $2 in */unsigned:*) echo nobody signed it; exit 1;; esac\n");
    Files.setPosixFilePermissions(verifier, PosixFilePermissions.fromString("rwx------"));
    refused(
        Code.PERMISSION_DENIED,
        () -> node.pull(reference),
        "SignatureValidationFailed: " + reference,
        "nobody signed it");
    node.pull(TestImages.BUSYBOX);
    Files.delete(verifier);
    node.pull(reference);
    remove(node, reference);
  }

  /** What {@code docker save} writes, in short. */
  private static byte[] archive(String tag) {
    Layer layer = new LayerBuilder().text("a", "b").build(Layer.Compression.NONE);
    BuiltImage image = new ImageBuilder().layer(layer).build();
    String manifest =
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"%s\"],\"Layers\":[\"layer.tar\"]}]"
            .formatted(tag);
    return new LayerBuilder()
        .text("manifest.json", manifest)
        .file("config.json", 0644, image.config())
        .file("layer.tar", 0644, layer.blob())
        .buildArchive();
  }

  private static List<Image> status(Node node, String name) {
    ImageFilter filter =
        ImageFilter.newBuilder().setImage(ImageSpec.newBuilder().setImage(name)).build();
    return node.images()
        .listImages(ListImagesRequest.newBuilder().setFilter(filter).build())
        .getImagesList();
  }

  private static void remove(Node node, String reference) {
    node.images()
        .removeImage(
            RemoveImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(reference))
                .build());
  }
}
