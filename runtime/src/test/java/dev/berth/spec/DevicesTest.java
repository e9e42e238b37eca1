package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.spec.oci.OciLinux;
import dev.berth.spec.oci.OciResources.DeviceRule;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private static final FakeHost HOST =
      new FakeHost()
          .device("/dev/console", false, 5, 1)
          .device("/dev/fuse", false, 10, 229)
          .directory("/dev/bus")
          .device("/dev/bus/a", false, 189, 0)
          .device("/dev/bus/b/c", true, 189, 1);

  private static OciLinux linux(String container, String pod) {
    var request =
        Requests.request(
            Requests.json(container), Requests.json(pod), Requests.json("{'cmd': ['x']}"));
    return new ContainerTranslator(Requests.FACTS, HOST).translate(request).oci().linux();
  }

  private static OciLinux linux(String devices) {
    return linux(
        "{'devices': " + devices + "}",
        "{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}}");
  }

  /** GHSA-g54h-m393-cpwq: the list starts with nothing allowed. */
  @Test
  void nothingIsAllowedButTheUsual() {
    var rules = linux("[]").resources().devices();
    assertThat(rules.getFirst()).isEqualTo(new DeviceRule(false, "a", null, null, "rwm"));
    assertThat(rules.subList(1, rules.size())).allMatch(DeviceRule::allow).hasSize(10);
    assertThat(rules).noneMatch(r -> r.allow() && r.type().equals("a"));
  }

  @Test
  void oneDevice() {
    OciLinux linux =
        linux("[{'host_path': '/dev/fuse', 'container_path': '/dev/f', 'permissions': 'rw'}]");
    assertThat(linux.devices())
        .containsExactly(new OciLinux.Device("/dev/f", "c", 10, 229, 0660, 0, 6));
    assertThat(linux.resources().devices())
        .last()
        .isEqualTo(new DeviceRule(true, "c", 10L, 229L, "rw"));
  }

  @Test
  void aDirectoryOfDevices() {
    assertThat(linux("[{'host_path': '/dev/bus', 'container_path': '/dev/usb'}]").devices())
        .extracting(OciLinux.Device::path)
        .containsExactly("/dev/usb/a", "/dev/usb/b/c");
  }

  @Test
  void privilegedGetsEveryDeviceButTheConsole() {
    OciLinux linux =
        linux(
            "{'linux': {'security_context': {'privileged': true}}}",
            "{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'},"
                + " 'linux': {'security_context': {'privileged': true}}}");
    assertThat(linux.devices())
        .extracting(OciLinux.Device::path)
        .containsExactly("/dev/fuse", "/dev/bus/a", "/dev/bus/b/c");
    assertThat(linux.resources().devices())
        .containsExactly(new DeviceRule(true, "a", null, null, "rwm"));
    assertThat(linux.maskedPaths()).isEmpty();
    assertThat(linux.readonlyPaths()).isEmpty();
  }

  /** GHSA-7ww5-4wqc-m92c: power meters stay hidden under a list that forgot them. */
  @Test
  void powerMetersAreMaskedUnderEveryList() {
    assertThat(linux("[]").maskedPaths())
        .contains("/proc/kcore", "/sys/devices/virtual/powercap", "/sys/firmware");
    assertThat(linux("[]").readonlyPaths()).contains("/proc/sys", "/proc/sysrq-trigger");
    String pod = "{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}}";
    assertThat(
            linux("{'linux': {'security_context': {'masked_paths': ['/bin/ls']}}}", pod)
                .maskedPaths())
        .containsExactly("/bin/ls", "/sys/devices/virtual/powercap");
  }
}
