package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.berth.cri.v1.CgroupDriver;
import dev.berth.cri.v1.FilesystemUsage;
import dev.berth.cri.v1.Image;
import dev.berth.cri.v1.ImageFsInfoRequest;
import dev.berth.cri.v1.ImageFsInfoResponse;
import dev.berth.cri.v1.ImageStatusRequest;
import dev.berth.cri.v1.KeyValue;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.RuntimeCondition;
import dev.berth.cri.v1.RuntimeConfigRequest;
import dev.berth.cri.v1.RuntimeHandler;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.cri.v1.StatusResponse;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.cri.v1.VersionResponse;
import dev.berth.e2e.cri.Pods;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the kubelet takes for granted without any document that says so. */
class KubeletFactsIT {
  private static final String SEMVER = "\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?";

  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void versionsAreTheOnesItParses() {
    VersionResponse version =
        BED.node().runtime().version(VersionRequest.newBuilder().setVersion("0.1.0").build());
    assertThat(version.getVersion()).isEqualTo("0.1.0");
    assertThat(version.getRuntimeName()).isEqualTo("berth");
    assertThat(version.getRuntimeVersion()).matches(SEMVER);
    assertThat(version.getRuntimeApiVersion()).isEqualTo("v1");
  }

  @Test
  void bothConditionsAreTrueAndTheEmptyHandlerIsListed() {
    StatusResponse status = BED.node().runtime().status(StatusRequest.getDefaultInstance());
    assertThat(status.getStatus().getConditionsList())
        .extracting(RuntimeCondition::getType)
        .contains("RuntimeReady", "NetworkReady");
    assertThat(status.getStatus().getConditionsList()).allMatch(RuntimeCondition::getStatus);
    assertThat(status.getRuntimeHandlersList()).extracting(RuntimeHandler::getName).contains("");
    assertThat(status.getInfoMap()).isEmpty();
    assertThat(
            BED.node()
                .runtime()
                .status(StatusRequest.newBuilder().setVerbose(true).build())
                .getInfoMap())
        .isNotEmpty();
  }

  @Test
  void theCgroupDriverIsSaidAndIsWhatPidOneAllows() {
    CgroupDriver driver =
        BED.node()
            .runtime()
            .runtimeConfig(RuntimeConfigRequest.getDefaultInstance())
            .getLinux()
            .getCgroupDriver();
    boolean systemd = Files.isDirectory(Path.of("/run/systemd/system"));
    assertThat(driver).isEqualTo(systemd ? CgroupDriver.SYSTEMD : CgroupDriver.CGROUPFS);
  }

  @Test
  void oneImageHasOneNameEverywhere() {
    Node node = BED.node();
    String pulled = node.pull(TestImages.BUSYBOX);
    Image image = image(node, TestImages.BUSYBOX);
    assertThat(pulled).isEqualTo(image.getId()).isEqualTo(TestImages.BUSYBOX_IMAGE.id());
    assertThat(image(node, pulled).getId()).isEqualTo(pulled);
    String container = node.sleeper(node.pod("image"), "main");
    assertThat(
            node.runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainers(0)
                .getImageId())
        .isEqualTo(pulled);
    assertThat(node.status(container).getImageId()).isEqualTo(pulled);
    assertThat(node.status(container).getImage().getImage()).isEqualTo(TestImages.BUSYBOX);
  }

  private static Image image(Node node, String name) {
    return node.images()
        .imageStatus(ImageStatusRequest.newBuilder().setImage(Pods.image(name)).build())
        .getImage();
  }

  @Test
  void fileSystemsAreWhereItCanSeeThem() {
    ImageFsInfoResponse info =
        BED.node().images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
    assertThat(info.getImageFilesystemsList()).isNotEmpty().allSatisfy(KubeletFactsIT::exists);
    assertThat(info.getContainerFilesystemsList()).isNotEmpty().allSatisfy(KubeletFactsIT::exists);
    assertThat(info.getImageFilesystems(0).getUsedBytes().getValue()).isGreaterThan(1 << 20);
  }

  @Test
  void whatContainersWriteCountsAsTheirs() {
    Node node = BED.node();
    String pod = node.pod("writes");
    FilesystemUsage before = containersUse(node);
    String container =
        node.run(pod, Node.shell("main", "head -c 3000000 /dev/zero > /x; echo up; sleep 1000"));
    node.awaitLog(container, 1);
    await()
        .untilAsserted(
            () ->
                assertThat(containersUse(node).getUsedBytes().getValue())
                    .isBetween(
                        before.getUsedBytes().getValue() + 3_000_000,
                        before.getUsedBytes().getValue() + 4_000_000));
    node.remove(container);
    assertThat(containersUse(node).getUsedBytes()).isEqualTo(before.getUsedBytes());
  }

  private static FilesystemUsage containersUse(Node node) {
    return node.images()
        .imageFsInfo(ImageFsInfoRequest.getDefaultInstance())
        .getContainerFilesystems(0);
  }

  private static void exists(FilesystemUsage usage) {
    assertThat(Path.of(usage.getFsId().getMountpoint())).isDirectory();
    assertThat(usage.getTimestamp()).isPositive();
  }

  @Test
  void creationTimesGrow() {
    Node node = BED.node();
    long last = 0;
    for (int i = 0; i < 5; i++) {
      long created = node.podStatus(node.pod("grow-" + i)).getCreatedAt();
      assertThat(created).isGreaterThan(last);
      last = created;
    }
  }

  @Test
  void aRequestOfSeveralMegabytesIsTaken() {
    Node node = BED.node();
    String pod = node.pod("large");
    var config = Node.shell("main", "env | wc -c");
    for (int i = 0; i < 60; i++) {
      config.addEnvs(
          KeyValue.newBuilder()
              .setKey("V" + i)
              .setValue(ByteString.copyFromUtf8("x".repeat(16_000))));
    }
    config.putAnnotations("large", "y".repeat(5 << 20));
    assertThat(Integer.parseInt(node.output(pod, config).strip())).isGreaterThan(60 * 16_000);
  }
}
