package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.Int64Value;
import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RunPodSandboxRequest;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.Busybox;
import io.grpc.Status.Code;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that cannot be served: the right code, the field and its value named, nothing left. */
class BadInputIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  @ParameterizedTest(name = "{0}")
  @MethodSource("containers")
  void aContainerIsRefused(
      String what, Code code, Consumer<ContainerConfig.Builder> change, String[] words) {
    Node node = BED.node();
    String pod = node.pod("refuses");
    ContainerConfig.Builder config = Node.shell("bad", "true");
    change.accept(config);
    node.remove(node.create(pod, Node.shell("first", "true"))); // makes the folders of the pod
    LeakGuard guard = new LeakGuard(BED::daemons);
    refused(code, () -> node.create(pod, config), words);
    guard.check(what);
    assertThat(
            node.runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList())
        .isEmpty();
    node.awaitExit(node.run(pod, Node.shell("bad", "true"))); // the name is free again
  }

  static Stream<Arguments> containers() {
    return Stream.of(
        container(
            "an image that is not there",
            Code.NOT_FOUND,
            c -> c.setImage(Pods.image("registry.k8s.io/e2e/nothing:1")),
            "image",
            "registry.k8s.io/e2e/nothing:1"),
        container("a command not found", c -> command(c, "/no/such"), "command", "/no/such"),
        container("a command not on the PATH", c -> command(c, "no-such"), "command", "no-such"),
        container(
            "a command that is no program",
            c -> command(c, "/etc/passwd"),
            "command",
            "/etc/passwd"),
        container("a command that is a folder", c -> command(c, "/etc"), "command", "/etc"),
        container(
            "a user name nobody has",
            c -> security(c).setRunAsUsername("ghost"),
            "run_as_username",
            "ghost"),
        container(
            "a negative user", c -> security(c).setRunAsUser(number(-5)), "run_as_user", "-5"),
        container(
            "a user beyond 32 bits",
            c -> security(c).setRunAsUser(number(1L << 32)),
            "run_as_user",
            "4294967296"),
        container(
            "a group without a user",
            c -> security(c).setRunAsGroup(number(7)),
            "run_as_group",
            "7"),
        container(
            "a negative group",
            c -> security(c).addSupplementalGroups(-1),
            "supplemental_groups",
            "-1"),
        container(
            "a working dir that is a file",
            c -> c.setWorkingDir("/etc/passwd"),
            "working_dir",
            "/etc/passwd"),
        container(
            "a working dir that is relative", c -> c.setWorkingDir("etc"), "working_dir", "etc"),
        container(
            "a mount source that is not there",
            c -> mount(c, "/no/such/source", "/mnt"),
            "host_path",
            "/no/such/source"),
        container(
            "a mount target that is relative",
            c -> mount(c, "/etc", "mnt"),
            "container_path",
            "mnt"),
        container(
            "a capability that does not exist",
            c -> security(c).getCapabilitiesBuilder().addAddCapabilities("FLY"),
            "add_capabilities",
            "FLY"),
        container("no name", c -> c.getMetadataBuilder().setName(""), "metadata.name"),
        container(
            "a log path that leads out",
            c -> c.setLogPath("../../escaped.log"),
            "log_path",
            "../../escaped.log"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("users")
  void anImagesUserIsRefused(String user, String word) throws IOException {
    Node node = BED.node();
    String name = "user-" + Integer.toHexString(user.hashCode());
    String image = TestImages.push(name, Busybox.image().set("User", user).build());
    node.pull(image);
    String pod = node.pod("imageuser");
    refused(
        Code.INVALID_ARGUMENT, () -> node.create(pod, Pods.container("bad", image, "true")), word);
  }

  static Stream<Arguments> users() {
    return Stream.of(
        Arguments.of("ghost", "ghost"),
        Arguments.of("root:ghosts", "ghosts"),
        Arguments.of("4294967296", "4294967296"),
        Arguments.of("-1", "-1"),
        Arguments.of("2147483648", "2147483648"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pods")
  void aPodIsRefused(
      String what, String handler, Consumer<PodSandboxConfig.Builder> change, String[] words) {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("refused");
    change.accept(config);
    RunPodSandboxRequest request =
        RunPodSandboxRequest.newBuilder().setConfig(config).setRuntimeHandler(handler).build();
    refused(Code.INVALID_ARGUMENT, () -> node.runtime().runPodSandbox(request), words);
    assertThat(
            node.runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsList())
        .as(what)
        .isEmpty();
  }

  static Stream<Arguments> pods() {
    return Stream.of(
        pod("an unknown handler", "no-such", c -> {}, "runtime_handler", "no-such"),
        pod("no metadata", "", PodSandboxConfig.Builder::clearMetadata, "metadata"),
        pod("no name", "", c -> c.getMetadataBuilder().setName(""), "metadata.name"),
        pod("no uid", "", c -> c.getMetadataBuilder().setUid(""), "metadata.uid"),
        pod(
            "a cgroup parent that leads out",
            "",
            c -> parent(c, "/../../etc"),
            "cgroup_parent",
            "/../../etc"),
        pod(
            "a cgroup parent that cannot be made",
            "",
            c -> parent(c, "/cgroup.procs/pods"),
            "cgroup_parent",
            "/cgroup.procs/pods"),
        pod(
            "a host name that is none",
            "",
            c -> c.setHostname("not a host"),
            "hostname",
            "not a host"),
        pod(
            "a log folder that is relative",
            "",
            c -> c.setLogDirectory("logs"),
            "log_directory",
            "logs"));
  }

  @Test
  void aRunningPodsNameIsTakenForAnotherConfig() {
    Node node = BED.node();
    PodSandboxConfig.Builder config = node.podConfig("taken");
    String pod = node.pod(config.build());
    assertThat(node.pod(config.build())).isEqualTo(pod);
    refused(Code.ALREADY_EXISTS, () -> node.pod(config.putLabels("more", "yes").build()), pod);
  }

  @Test
  void aContainerInAPodThatWasStoppedIsRefused() {
    Node node = BED.node();
    String pod = node.pod("stopped");
    node.stopPod(pod);
    refused(Code.FAILED_PRECONDITION, () -> node.create(pod, Node.shell("late", "true")), pod);
  }

  @Test
  void execInAContainerThatDoesNotRunIsRefused() {
    Node node = BED.node();
    String created = node.create(node.pod("idle"), Node.shell("main", "true"));
    refused(Code.FAILED_PRECONDITION, () -> node.exec(created, "true"), created);
    node.start(created).awaitExit(created);
    refused(Code.FAILED_PRECONDITION, () -> node.exec(created, "true"), created);
    refused(Code.FAILED_PRECONDITION, () -> node.start(created), created);
  }

  private static Arguments container(
      String what, Consumer<ContainerConfig.Builder> change, String... words) {
    return container(what, Code.INVALID_ARGUMENT, change, words);
  }

  private static Arguments container(
      String what, Code code, Consumer<ContainerConfig.Builder> change, String... words) {
    return Arguments.of(what, code, change, words);
  }

  private static Arguments pod(
      String what, String handler, Consumer<PodSandboxConfig.Builder> change, String... words) {
    return Arguments.of(what, handler, change, words);
  }

  private static void command(ContainerConfig.Builder config, String program) {
    config.clearCommand().addCommand(program);
  }

  private static void mount(ContainerConfig.Builder config, String source, String target) {
    config.addMounts(Mount.newBuilder().setHostPath(source).setContainerPath(target));
  }

  private static void parent(PodSandboxConfig.Builder config, String path) {
    config.getLinuxBuilder().setCgroupParent(path);
  }

  private static LinuxContainerSecurityContext.Builder security(ContainerConfig.Builder config) {
    return config.getLinuxBuilder().getSecurityContextBuilder();
  }

  private static Int64Value number(long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }
}
