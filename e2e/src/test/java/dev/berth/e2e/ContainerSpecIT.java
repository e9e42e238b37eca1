package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.Int64Value;
import dev.berth.cri.v1.KeyValue;
import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.SecurityProfile;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.Busybox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a container's first process finds around it, seen by itself. */
class ContainerSpecIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @Test
  void theImageAndTheRequestMakeTheCommand() throws IOException {
    Node node = BED.node();
    String image =
        TestImages.push(
            "entry",
            Busybox.image()
                .set("Entrypoint", List.of("echo", "entry"))
                .set("Cmd", List.of("cmd"))
                .set("WorkingDir", "/var/www")
                .build());
    node.pull(image);
    String pod = node.pod("command");
    assertThat(node.output(pod, Pods.container("plain", image))).isEqualTo("entry cmd\n");
    assertThat(node.output(pod, Pods.container("args", image).addArgs("mine")))
        .isEqualTo("entry mine\n");
    assertThat(node.output(pod, Pods.container("command", image, "echo", "all").addArgs("mine")))
        .isEqualTo("all mine\n");
    assertThat(node.output(pod, Pods.container("dir", image, "pwd"))).isEqualTo("/var/www\n");
    assertThat(node.output(pod, Pods.container("made", image, "pwd").setWorkingDir("/new/dir")))
        .isEqualTo("/new/dir\n");
  }

  @Test
  void theEnvironmentIsTheImagesAndTheRequests() throws IOException {
    Node node = BED.node();
    String image =
        TestImages.push(
            "env", Busybox.image().set("Env", List.of("PATH=/bin", "A=image", "B=image")).build());
    node.pull(image);
    var config = Pods.container("main", image, "env").addEnvs(variable("B", "request"));
    assertThat(node.output(node.pod("env"), config.addEnvs(variable("C", "a b=c"))).lines())
        .contains("PATH=/bin", "A=image", "B=request", "C=a b=c", "HOSTNAME=env");
  }

  private static KeyValue variable(String key, String value) {
    return KeyValue.newBuilder().setKey(key).setValue(ByteString.copyFromUtf8(value)).build();
  }

  @Test
  void theUserIsTheRequestsOrTheImages() throws IOException {
    Node node = BED.node();
    String image = TestImages.push("user", Busybox.image().set("User", "www-data").build());
    node.pull(image);
    String pod = node.pod("user");
    assertThat(node.output(pod, Pods.container("image", image, "id")))
        .startsWith("uid=33(www-data) gid=33(www-data)");
    var byNumber = Pods.container("number", image, "id");
    security(byNumber)
        .setRunAsUser(number(1234))
        .setRunAsGroup(number(77))
        .addSupplementalGroups(5);
    assertThat(node.output(pod, byNumber)).startsWith("uid=1234 gid=77").contains("5");
    var byName = Pods.container("name", image, "id");
    security(byName).setRunAsUsername("nobody");
    assertThat(node.output(pod, byName)).startsWith("uid=65534(nobody) gid=65534(nogroup)");
  }

  @Test
  void capabilitiesAreTheDefaultSetUnlessAskedFor() {
    Node node = BED.node();
    String pod = node.pod("caps");
    String script = "grep -E 'Cap(Inh|Eff|Bnd|Amb)' /proc/self/status";
    String plain = node.output(pod, Node.shell("plain", script));
    assertThat(plain).contains("CapInh:\t0000000000000000", "CapAmb:\t0000000000000000");
    assertThat(plain).contains("CapEff:\t00000000a80425fb");
    var none = Node.shell("none", script);
    security(none).getCapabilitiesBuilder().addDropCapabilities("ALL");
    assertThat(node.output(pod, none))
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000");
    var one = Node.shell("one", script);
    security(one)
        .getCapabilitiesBuilder()
        .addDropCapabilities("ALL")
        .addAddCapabilities("NET_BIND_SERVICE");
    assertThat(node.output(pod, one)).contains("CapEff:\t0000000000000400");
  }

  @Test
  void newPrivilegesAndSystemCallsAreLimited() {
    Node node = BED.node();
    String pod = node.pod("limits");
    String script = "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status";
    var strict = Node.shell("strict", script);
    security(strict)
        .setNoNewPrivs(true)
        .setSeccomp(
            SecurityProfile.newBuilder()
                .setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
    assertThat(node.output(pod, strict)).isEqualTo("NoNewPrivs:\t1\nSeccomp:\t2\n");
    var open = Node.shell("open", script);
    security(open)
        .setSeccomp(
            SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.Unconfined));
    assertThat(node.output(pod, open)).isEqualTo("NoNewPrivs:\t0\nSeccomp:\t0\n");
  }

  @Test
  void theRootIsReadOnlyWhenAskedAndItsOwnOtherwise() {
    Node node = BED.node();
    String pod = node.pod("root");
    assertThat(node.output(pod, Node.shell("writes", "echo x > /file && cat /file")))
        .isEqualTo("x\n");
    assertThat(node.output(pod, Node.shell("fresh", "ls /file 2> /dev/null || echo none")))
        .isEqualTo("none\n");
    var readOnly = Node.shell("readonly", "touch /file 2>&1 || true");
    security(readOnly).setReadonlyRootfs(true);
    assertThat(node.output(pod, readOnly)).contains("Read-only file system");
  }

  @Test
  void foldersAndFilesOfTheHostAreMounted() throws IOException {
    Node node = BED.node();
    Path folder = Files.createDirectories(BED.home().resolve("volume"));
    Path file = Files.writeString(folder.resolve("file"), "from outside\n");
    var config =
        Node.shell("main", "cat /data/file /one; echo back > /data/back; touch /ro/x 2>&1 || true")
            .addMounts(mount(folder, "/data", false))
            .addMounts(mount(folder, "/ro", true))
            .addMounts(mount(file, "/one", true));
    assertThat(node.output(node.pod("mounts"), config))
        .startsWith("from outside\nfrom outside\n")
        .contains("Read-only file system");
    assertThat(Files.readString(folder.resolve("back"))).isEqualTo("back\n");
  }

  private static Mount mount(Path source, String target, boolean readonly) {
    return Mount.newBuilder()
        .setHostPath(source.toString())
        .setContainerPath(target)
        .setReadonly(readonly)
        .build();
  }

  @Test
  void kernelFilesAreMaskedUnlessPrivileged() {
    Node node = BED.node();
    String pod = node.pod("masked");
    var masked =
        Node.shell(
            "masked", "wc -c < /proc/timer_list; touch /proc/sys/kernel/domainname 2>&1 || true");
    security(masked).addMaskedPaths("/proc/timer_list").addReadonlyPaths("/proc/sys");
    assertThat(node.output(pod, masked)).startsWith("0\n").contains("Read-only");
  }

  @Test
  void theUsualDevicesAreThere() {
    Node node = BED.node();
    String script =
        "for d in null zero full random urandom tty ptmx; do [ -c /dev/$d ] && echo $d; done;"
            + " [ -d /dev/shm ] && [ -d /dev/mqueue ] && [ -L /dev/fd ] && echo folders";
    assertThat(node.output(node.pod("devices"), Node.shell("main", script)))
        .isEqualTo("null\nzero\nfull\nrandom\nurandom\ntty\nptmx\nfolders\n");
  }

  @Test
  void sharedMemoryIsOneAPod() {
    Node node = BED.node();
    String pod = node.pod("shm");
    String one = node.sleeper(pod, "one");
    String two = node.sleeper(pod, "two");
    assertThat(node.sh(one, "echo common > /dev/shm/x")).isEmpty();
    assertThat(node.sh(two, "cat /dev/shm/x")).isEqualTo("common\n");
  }

  @Test
  void processNamespacesFollowTheMode() {
    Node node = BED.node();
    assertThat(node.output(node.pod("own-pid"), Node.shell("main", "echo $$"))).isEqualTo("1\n");

    PodSandboxConfig.Builder shared = node.podConfig("pod-pid");
    shared
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .setNamespaceOptions(pid(NamespaceMode.POD));
    String pod = node.pod(shared.build());
    String one = node.run(pod, withPid(Node.shell("one", "exec sleep 4801"), NamespaceMode.POD));
    String two = node.run(pod, withPid(Node.shell("two", "exec sleep 4802"), NamespaceMode.POD));
    assertThat(node.sh(one, "ps -o args")).contains("sleep 4801", "sleep 4802");
    assertThat(node.sh(two, "echo $PPID")).isNotEmpty();

    PodSandboxConfig.Builder host = node.podConfig("node-pid");
    host.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(pid(NamespaceMode.NODE));
    String nodePod = node.pod(host.build());
    String seen = node.output(nodePod, withPid(Node.shell("main", "echo $$"), NamespaceMode.NODE));
    assertThat(Long.parseLong(seen.strip())).isGreaterThan(1);
  }

  @Test
  void aTargetsProcessesAreSeen() {
    Node node = BED.node();
    String pod = node.pod("target");
    String target = node.run(pod, Node.shell("target", "exec sleep 4803"));
    var debug = Node.shell("debug", "ps -o args");
    security(debug)
        .setNamespaceOptions(
            NamespaceOption.newBuilder().setPid(NamespaceMode.TARGET).setTargetId(target));
    assertThat(node.output(pod, debug)).contains("sleep 4803");
  }

  @Test
  void memoryAndProcessLimitsHold() {
    Node node = BED.node();
    var config = Node.shell("main", "head -c 300m /dev/zero | tail > /dev/null; echo survived");
    config.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(64 << 20);
    String pod = node.pod("memory");
    String container = node.run(pod, config);
    node.awaitExit(container);
    assertThat(node.status(container).getResources().getLinux().getMemoryLimitInBytes())
        .isEqualTo(64 << 20);
    var single = Node.shell("single", "exec head -c 300m /dev/zero > /dev/shm/fill");
    single.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(32 << 20);
    String killed = node.run(pod, single);
    assertThat(node.awaitExit(killed).getExitCode()).isEqualTo(137);
    assertThat(node.status(killed).getReason()).isEqualTo("OOMKilled");
    assertThat(node.status(killed).getMessage())
        .containsPattern("the kernel killed (head \\(pid \\d+\\) with \\d+ KiB|1 processes)");
  }

  @Test
  void nothingOfTheHostLeaksIn() {
    Node node = BED.node();
    String pod = node.pod("clean");
    String descriptors = node.output(pod, Node.shell("fds", "ls /proc/self/fd | tr '\\n' ' '"));
    assertThat(descriptors).isEqualTo("0 1 2 3 "); // 3 is ls itself
    assertThat(node.output(pod, Node.shell("env", "env"))).doesNotContain("BERTH", "JAVA_HOME");
  }

  private static ContainerConfig.Builder withPid(
      ContainerConfig.Builder config, NamespaceMode mode) {
    security(config).setNamespaceOptions(pid(mode));
    return config;
  }

  private static NamespaceOption pid(NamespaceMode mode) {
    return NamespaceOption.newBuilder().setPid(mode).build();
  }

  private static LinuxContainerSecurityContext.Builder security(ContainerConfig.Builder config) {
    return config.getLinuxBuilder().getSecurityContextBuilder();
  }

  private static Int64Value number(long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }
}
