package dev.berth.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cri.v1.CDIDevice;
import dev.berth.cri.v1.ContainerConfig;
import dev.berth.fault.Fault;
import dev.berth.spec.LocalHostFiles;
import dev.berth.spec.oci.OciLinux;
import dev.berth.spec.oci.OciMount;
import dev.berth.spec.oci.OciProcess;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.DeviceRule;
import dev.berth.spec.oci.OciSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CdiDevicesTest {
  private static final String YAML =
      """
      cdiVersion: 0.6.0
      kind: vendor.com/gpu
      containerEdits:
        env: [COMMON=1]
      devices:
        - name: one
          containerEdits:
            env: ["PATH=/vendor", "ONE=1"]
            deviceNodes:
              - {path: /dev/gpu0, hostPath: /dev/zero, permissions: rw, fileMode: 0660, gid: 44}
            mounts:
              - {hostPath: /etc, containerPath: /vendor/etc, options: [ro, nosuid]}
            additionalGids: [44]
        - name: two
          containerEdits: {env: [TWO=2]}
      """;

  @TempDir Path base;
  private Path first;
  private Path second;
  private CdiDevices devices;

  @BeforeEach
  void folders() throws IOException {
    first = Files.createDirectory(base.resolve("etc"));
    second = Files.createDirectory(base.resolve("run"));
    devices = new CdiDevices(List.of(first, second, base.resolve("missing")), new LocalHostFiles());
  }

  private static OciSpec spec() {
    return new OciSpec(
        OciSpec.VERSION,
        new OciProcess(
            false,
            new OciProcess.User(0, 0, null, List.of(0)),
            List.of("x"),
            List.of("PATH=/bin", "A=1"),
            "/",
            OciProcess.Capabilities.NONE,
            List.of(),
            false,
            null,
            null,
            null),
        new OciSpec.Root("rootfs", false),
        "",
        List.of(OciMount.of("/proc", "proc")),
        new TreeMap<>(),
        new OciLinux(
            List.of(),
            List.of(),
            null,
            OciResources.NONE,
            null,
            new TreeMap<>(),
            null,
            List.of(),
            List.of()));
  }

  private OciSpec inject(String... names) {
    ContainerConfig.Builder config = ContainerConfig.newBuilder();
    for (String name : names) {
      config.addCDIDevices(CDIDevice.newBuilder().setName(name));
    }
    return devices.inject(spec(), CdiName.of(config.build()));
  }

  @Test
  void aDevicesEditsAreMadeWithTheCommonOnesOnce() throws IOException {
    Files.writeString(first.resolve("gpu.yaml"), YAML);
    OciSpec spec = inject("vendor.com/gpu=one", "vendor.com/gpu=two", "vendor.com/gpu=one");
    assertThat(spec.process().env())
        .containsExactly("PATH=/vendor", "A=1", "COMMON=1", "ONE=1", "TWO=2");
    assertThat(spec.linux().devices())
        .containsExactly(new OciLinux.Device("/dev/gpu0", "c", 1, 5, 0660, 0, 44));
    assertThat(spec.linux().resources().devices())
        .containsExactly(new DeviceRule(true, "c", 1L, 5L, "rw"));
    assertThat(spec.mounts().getLast())
        .isEqualTo(OciMount.bind("/vendor/etc", "/etc", List.of("ro", "nosuid", "rbind")));
    assertThat(spec.process().user().additionalGids()).containsExactly(0, 44);
  }

  @Test
  void annotationsNameDevicesToo() {
    ContainerConfig config =
        ContainerConfig.newBuilder()
            .putAnnotations("cdi.k8s.io/plugin", "vendor.com/gpu=one,vendor.com/gpu=two")
            .putAnnotations("other", "vendor.com/gpu=three")
            .addCDIDevices(CDIDevice.newBuilder().setName("vendor.com/gpu=two"))
            .build();
    assertThat(CdiName.of(config))
        .extracting(CdiName::toString)
        .containsExactly("vendor.com/gpu=two", "vendor.com/gpu=one");
  }

  @Test
  void whatChangesIsReadAgainAndALaterFolderWins() throws IOException {
    assertThatThrownBy(() -> inject("vendor.com/gpu=one"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("vendor.com/gpu=one")
        .hasMessageContaining("no spec file defines it");
    Files.writeString(first.resolve("gpu.yaml"), YAML);
    assertThat(inject("vendor.com/gpu=two").process().env()).contains("TWO=2");
    Files.writeString(
        second.resolve("gpu.json"),
        """
        {"cdiVersion": "0.6.0", "kind": "vendor.com/gpu",
         "devices": [{"name": "two", "containerEdits": {"env": ["TWO=later"]}}]}
        """);
    assertThat(inject("vendor.com/gpu=two").process().env())
        .contains("TWO=later")
        .doesNotContain("COMMON=1");
    Files.delete(second.resolve("gpu.json"));
    assertThat(inject("vendor.com/gpu=two").process().env()).contains("TWO=2");
    Files.writeString(first.resolve("again.yml"), YAML);
    assertThatThrownBy(() -> inject("vendor.com/gpu=two"))
        .hasMessageContaining("more than one file");
  }

  @Test
  void aFileThatIsWrongFailsOnlyWhoNeedsIt() throws IOException {
    Files.writeString(first.resolve("gpu.yaml"), YAML);
    Files.writeString(
        first.resolve("hooks.yaml"),
        """
        kind: vendor.com/net
        devices: [{name: a, containerEdits: {hooks: [{hookName: prestart, path: /bin/x}]}}]
        """);
    Files.writeString(first.resolve("broken.json"), "{\"kind\": ");
    assertThat(inject("vendor.com/gpu=two").process().env()).contains("TWO=2");
    assertThatThrownBy(() -> inject("vendor.com/net=a"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("hooks are not supported")
        .hasMessageContaining("broken.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gpu",
        "vendor.com/gpu",
        "vendor.com/gpu=",
        "v/c=../x",
        "v/c=a b",
        "=a",
        "/c=d"
      })
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> inject(name))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("config.CDI_devices[0].name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deviceNodes: [{path: /dev/x, hostPath: /dev/no-such-device}]",
        "deviceNodes: [{path: /dev/x, hostPath: /etc/passwd}]",
        "deviceNodes: [{path: relative, hostPath: /dev/zero}]",
        "deviceNodes: [{path: /dev/x, hostPath: /dev/zero, permissions: rx}]",
        "mounts: [{hostPath: /no-such-file, containerPath: /x}]",
        "mounts: [{hostPath: /etc, containerPath: /proc/x}]",
        "additionalGids: [-1]",
        "env: 5"
      })
  void editsThatCannotBeMadeRefuseTheContainer(String edits) throws IOException {
    Files.writeString(
        first.resolve("x.yaml"),
        "kind: v.com/c\ndevices: [{name: d, containerEdits: {" + edits + "}}]\n");
    assertThatThrownBy(() -> inject("v.com/c=d"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("v.com/c=d");
  }
}
