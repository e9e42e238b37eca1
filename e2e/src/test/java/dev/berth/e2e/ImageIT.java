package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.berth.cri.v1.AuthConfig;
import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ImageFilter;
import dev.berth.cri.v1.ImageStatusRequest;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.PullImageResponse;
import dev.berth.cri.v1.RemoveImageRequest;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.BuiltImage;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.HostileRegistry;
import dev.berth.e2e.registry.ImageBuilder;
import dev.berth.e2e.registry.Layer;
import dev.berth.e2e.registry.LayerBuilder;
import dev.berth.e2e.registry.Logins;
import dev.berth.e2e.registry.Pusher;
import dev.berth.e2e.registry.RegistryFixture;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images from a real registry: pulled, shown, unpacked, removed. */
class ImageIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void tagsAndDigestsNameTheSameImage() {
    Node node = BED.node();
    String byTag = node.pull(TestImages.BUSYBOX);
    assertThat(node.pull(TestImages.BUSYBOX_BY_DIGEST)).isEqualTo(byTag);
    Image image = status(TestImages.BUSYBOX);
    assertThat(image.getRepoTagsList()).containsExactly(TestImages.BUSYBOX);
    assertThat(image.getRepoDigestsList()).containsExactly(TestImages.BUSYBOX_BY_DIGEST);
    assertThat(image.getSize()).isPositive();
    assertThat(status(byTag.substring("sha256:".length())).getId()).isEqualTo(byTag);
    assertThat(status(byTag.substring("sha256:".length(), 20)).getId()).isEqualTo(byTag);
  }

  @ParameterizedTest
  @EnumSource(Layer.Compression.class)
  void everyPackingIsUnpacked(Layer.Compression packing) throws IOException {
    Node node = BED.node();
    String name = "packed-" + packing.name().toLowerCase(Locale.ROOT);
    String image =
        TestImages.push(
            name,
            new ImageBuilder()
                .layer(Busybox.layer(packing))
                .layer(new LayerBuilder().text("packing", name + "\n").build(packing))
                .build());
    node.pull(image);
    assertThat(node.output(node.pod(name), Pods.container("main", image, "cat", "/packing")))
        .isEqualTo(name + "\n");
    remove(image);
  }

  @Test
  void dockersFormIsRead() throws IOException {
    Node node = BED.node();
    String image = TestImages.push("docker-form", Busybox.image().docker().build());
    node.pull(image);
    assertThat(node.output(node.pod("docker"), Pods.container("main", image, "echo", "ok")))
        .isEqualTo("ok\n");
    remove(image);
  }

  @Test
  void anIndexGivesTheImageOfThisMachine() throws IOException {
    Node node = BED.node();
    BuiltImage other =
        new ImageBuilder()
            .architecture("s390x")
            .layer(new LayerBuilder().text("which", "other\n").build())
            .build();
    BuiltImage mine =
        Busybox.image().layer(new LayerBuilder().text("which", "mine\n").build()).build();
    TestImages.PUSHER.pushIndex(
        "e2e/index", List.of(other, mine), List.of("s390x", ImageBuilder.hostArchitecture()), "1");
    String image = "registry.k8s.io/e2e/index:1";
    assertThat(node.pull(image)).isEqualTo(mine.id());
    assertThat(node.output(node.pod("index"), Pods.container("main", image, "cat", "/which")))
        .isEqualTo("mine\n");
    remove(image);
  }

  @Test
  void layersAreLaidOverEachOther() throws IOException {
    Node node = BED.node();
    Layer lower =
        new LayerBuilder()
            .dirs("d", "d/sub", "whole")
            .text("d/gone", "x")
            .text("d/kept", "kept\n")
            .text("d/sub/old", "x")
            .text("whole/old", "x")
            .build();
    Layer upper =
        new LayerBuilder()
            .whiteout("d", "gone")
            .whiteout("d", "sub")
            .opaque("whole")
            .text("whole/new", "new\n")
            .symlink("link", "d/kept")
            .hardlink("twin", "whole/new")
            .file("owned", 0640, 12, 34, Map.of("SCHILY.xattr.user.note", "hi"), new byte[] {'o'})
            .build();
    String image = TestImages.push("layers", Busybox.image().layer(lower).layer(upper).build());
    node.pull(image);
    String script = "ls d whole; cat link twin; stat -c '%u:%g %a %Y' owned; stat -c %h twin";
    assertThat(node.output(node.pod("layers"), Pods.container("main", image, "sh", "-c", script)))
        .isEqualTo("d:\nkept\n\nwhole:\nnew\nkept\nnew\n12:34 640 1700000000\n2\n");
    remove(image);
  }

  @Test
  void aLoginIsAskedForAndUsed() throws IOException {
    Node node = BED.node();
    BuiltImage image = new ImageBuilder().layer(new LayerBuilder().text("a", "b").build()).build();
    try (RegistryFixture registry =
            RegistryFixture.guarded(BED.home().resolve("guarded"), Logins.HTPASSWD);
        Pusher pusher = new Pusher(registry.base(), Logins.USER, Logins.PASSWORD)) {
      pusher.push("private/app", image, "1");
      BED.serve("private.example", registry.base().toString());
      String name = "private.example/private/app:1";
      refused(Code.UNAUTHENTICATED, () -> node.pull(name), "private.example");
      refused(Code.UNAUTHENTICATED, () -> pull(node, name, "wrong"), "private.example");
      assertThat(pull(node, name, Logins.PASSWORD)).isEqualTo(image.id());
      remove(name);
    }
  }

  private static String pull(Node node, String name, String password) {
    return node.images()
        .pullImage(
            PullImageRequest.newBuilder()
                .setImage(Pods.image(name))
                .setAuth(AuthConfig.newBuilder().setUsername(Logins.USER).setPassword(password))
                .build())
        .getImageRef();
  }

  @Test
  void whatIsNotThereIsNotFound() {
    Node node = BED.node();
    String missing = "registry.k8s.io/e2e/nothing:1";
    refused(Code.NOT_FOUND, () -> node.pull(missing), missing);
    refused(Code.INVALID_ARGUMENT, () -> node.pull("Not A Reference"), "Not A Reference");
  }

  @Test
  void twoPullsAtOnceShareTheWork() throws Exception {
    Node node = BED.node();
    byte[] noise = new byte[3 << 20];
    new Random(7).nextBytes(noise);
    BuiltImage image =
        new ImageBuilder().layer(new LayerBuilder().file("noise", 0644, noise).build()).build();
    try (HostileRegistry registry = new HostileRegistry(HostileRegistry.Fault.NONE, image)) {
      BED.serve("counted.example", registry.address());
      PullImageRequest request =
          PullImageRequest.newBuilder()
              .setImage(Pods.image("counted.example/e2e/shared:1"))
              .build();
      List<ListenableFuture<PullImageResponse>> pulls = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        pulls.add(node.client().imagesLater().pullImage(request));
      }
      for (ListenableFuture<PullImageResponse> pull : pulls) {
        assertThat(pull.get(30, TimeUnit.SECONDS).getImageRef()).isEqualTo(image.id());
      }
      assertThat(registry.layerRequests()).isEqualTo(1);
    }
    remove("counted.example/e2e/shared:1");
  }

  @Test
  void aTagThatMovesLeavesTheOldImageWithoutIt() throws IOException {
    Node node = BED.node();
    BuiltImage first = new ImageBuilder().layer(new LayerBuilder().text("v", "1").build()).build();
    BuiltImage second = new ImageBuilder().layer(new LayerBuilder().text("v", "2").build()).build();
    String name = TestImages.push("moving", first);
    assertThat(node.pull(name)).isEqualTo(first.id());
    String pushed = TestImages.push("moving", second);
    assertThat(node.pull(pushed)).isEqualTo(second.id());
    assertThat(status(name).getId()).isEqualTo(second.id());
    assertThat(status(first.id()).getRepoTagsList()).isEmpty();
    remove(first.id());
    remove(second.id());
    assertThat(listed(name)).isEmpty();
  }

  @Test
  void imagesAreListedByName() {
    assertThat(listed(TestImages.BUSYBOX)).hasSize(1);
    assertThat(listed("registry.k8s.io/e2e/nothing:1")).isEmpty();
  }

  @Test
  void anImageInUseKeepsItsContainerRunning() throws IOException {
    Node node = BED.node();
    String image = TestImages.push("used", Busybox.image().set("User", "0").build());
    node.pull(image);
    String container =
        node.run(
            node.pod("used"),
            Pods.container(
                "main", image, "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done"));
    remove(image);
    assertThat(listed(image)).isEmpty();
    assertThat(node.sh(container, "echo still")).isEqualTo("still\n");
  }

  private static List<Image> listed(String name) {
    return BED.node()
        .images()
        .listImages(
            ListImagesRequest.newBuilder()
                .setFilter(ImageFilter.newBuilder().setImage(Pods.image(name)))
                .build())
        .getImagesList();
  }

  private static Image status(String name) {
    return BED.node()
        .images()
        .imageStatus(ImageStatusRequest.newBuilder().setImage(Pods.image(name)).build())
        .getImage();
  }

  private static void remove(String name) {
    var _ =
        BED.node()
            .images()
            .removeImage(RemoveImageRequest.newBuilder().setImage(Pods.image(name)).build());
    assertThat(
            BED.node()
                .images()
                .imageStatus(ImageStatusRequest.newBuilder().setImage(Pods.image(name)).build())
                .hasImage())
        .isFalse();
  }
}
