package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.ContainerState;
import dev.berth.cri.v1.ContainerStatsRequest;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.RuntimeCondition;
import dev.berth.cri.v1.RuntimeHandler;
import dev.berth.cri.v1.SecurityProfile;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.e2e.cri.LogLine;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that another OCI runtime makes: everything around them is as with Berth's engine. */
class RuntimeHandlersIT {
  private static final Path RUNC = Path.of("/usr/sbin/runc");
  private static final String HANDLER = "runc";
  private static final int AF_ALG = 38;

  @RegisterExtension
  static final Testbed BED =
      new Testbed(s -> s.set("runtime.handlers", "runc=" + RUNC + ",gone=/nowhere/runtime"));

  @BeforeAll
  static void runtime() {
    assumeTrue(Files.isExecutable(RUNC), "needs runc (package runc)");
    Inside.prepare(BED.node());
  }

  private static String pod(String name) {
    return BED.node().podWith(HANDLER, BED.node().podConfig(name).build());
  }

  @Test
  void lifecycleLogExecAndStatisticsAreTheSame() throws Exception {
    Node node = BED.node();
    String pod = pod("life");
    assertThat(node.podStatus(pod).getRuntimeHandler()).isEqualTo(HANDLER);
    String brief = node.run(pod, Node.shell("brief", "echo out; echo err >&2; exit 3"));
    assertThat(node.awaitExit(brief).getExitCode()).isEqualTo(3);
    assertThat(LogLine.text(node.log(brief), "stdout")).isEqualTo("out\n");
    assertThat(LogLine.text(node.log(brief), "stderr")).isEqualTo("err\n");

    ContainerConfig.Builder config =
        Node.shell("main", "trap 'exit 0' TERM; while :; do sleep 0.05; done");
    config
        .getLinuxBuilder()
        .setResources(LinuxContainerResources.newBuilder().setMemoryLimitInBytes(64 << 20));
    String main = node.create(pod, config);
    assertThat(node.status(main).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
    node.start(main);
    assertThat(node.sh(main, "echo in")).isEqualTo("in\n");
    assertThat(node.exec(main, "sh", "-c", "exit 7").getExitCode()).isEqualTo(7);
    refused(Code.INVALID_ARGUMENT, () -> node.exec(main, "/nothing"), "nothing");
    assertThat(
            node.runtime()
                .containerStats(ContainerStatsRequest.newBuilder().setContainerId(main).build())
                .getStats()
                .getMemory()
                .getWorkingSetBytes()
                .getValue())
        .isPositive();

    BED.daemon().kill();
    BED.restarted();
    assertThat(node.status(main).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    assertThat(node.sh(main, "cat /etc/hostname")).isNotEmpty();
    node.stop(main, 10);
    assertThat(node.status(main).getExitCode()).isZero();
    node.remove(main).remove(brief);
    assertThat(BED.daemon().settings().state().resolve("oci").resolve(HANDLER)).isEmptyDirectory();
  }

  @Test
  void aKillEndsIt() {
    Node node = BED.node();
    String deaf = node.deaf(pod("kill"));
    node.stop(deaf, 0);
    assertThat(node.status(deaf).getExitCode()).isEqualTo(137);
  }

  @Test
  void aTerminalIsGivenAndLogged() {
    Node node = BED.node();
    ContainerConfig.Builder config = Node.shell("tty", "tty; test -t 2 && echo err >&2");
    String container = node.run(pod("terminal"), config.setTty(true));
    assertThat(node.awaitExit(container).getExitCode()).isZero();
    assertThat(LogLine.text(node.log(container), "stdout")).contains("/dev/pts/").contains("err");
  }

  @Test
  void namespacesOfThePodAreShared() {
    Node node = BED.node();
    var shared = NamespaceOption.newBuilder().setPid(NamespaceMode.POD);
    var config = node.podConfig("shared");
    config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(shared);
    String pod = node.podWith(HANDLER, config.build());
    var sleeper = Inside.sleeper("first");
    sleeper.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(shared);
    String first = node.run(pod, sleeper);
    var prober = Inside.prober("second", "write:/dev/shm/made=x");
    prober.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(shared);
    Inside inside = Inside.of(node, pod, prober);
    Inside other = Inside.exec(node, first, "read:/dev/shm/made");
    for (String kind : List.of("net", "ipc", "uts", "pid")) {
      assertThat(inside.namespaces().get(kind))
          .as(kind)
          .isEqualTo(other.namespaces().get(kind))
          .isNotEqualTo(Inside.ofMachine(kind));
    }
    assertThat(inside.tried("write:/dev/shm/made=x")).isEqualTo("ok");
    assertThat(other.tried("read:/dev/shm/made")).isEqualTo("x");
    assertThat(inside.json().path("pid").asInt()).isGreaterThan(1);
  }

  @Test
  void whatTheRuntimeRefusesItSaysItself() {
    Node node = BED.node();
    String pod = pod("refused");
    refused(
        Code.INVALID_ARGUMENT,
        () -> node.create(pod, Inside.prober("main").clearCommand().addCommand("/nothing")),
        "/nothing");
    assertThat(node.containers()).isEmpty();
  }

  @Test
  void handlersThatCannotBeAreRefused() {
    Node node = BED.node();
    var config = node.podConfig("handlers").build();
    refused(Code.INVALID_ARGUMENT, () -> node.podWith("other", config), "no such runtime handler");
    refused(Code.INVALID_ARGUMENT, () -> node.podWith("kata-qemu", config), "virtual machines");
    refused(Code.FAILED_PRECONDITION, () -> node.podWith("gone", config), "/nowhere/runtime");
    var users = node.podConfig("users");
    users
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .setNamespaceOptions(UserNamespaces.options());
    refused(Code.INVALID_ARGUMENT, () -> node.podWith(HANDLER, users.build()), "user namespaces");
  }

  @Test
  void aMissingProgramMakesItsHandlerNotReadyAndNotTheNode() {
    var status = BED.node().runtime().status(StatusRequest.getDefaultInstance());
    assertThat(status.getStatus().getConditionsList())
        .filteredOn(RuntimeCondition::getStatus)
        .extracting(RuntimeCondition::getType)
        .contains("RuntimeReady", "NetworkReady", "RuntimeHandlerReady/runc");
    assertThat(status.getStatus().getConditionsList())
        .filteredOn(c -> !c.getStatus())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.getType()).isEqualTo("RuntimeHandlerReady/gone");
              assertThat(c.getReason()).isEqualTo("ProgramMissing");
            });
    assertThat(status.getRuntimeHandlersList())
        .extracting(RuntimeHandler::getName)
        .containsExactly("", "berth", "gone", "runc");
  }

  @Test
  void aProberSeesTheSameButForWhatIsListed() throws IOException {
    Node node = BED.node();
    String[] tries = {
      "socket:" + AF_ALG,
      "unshare:" + 0x10000000,
      "mount:/mnt",
      "keyctl:",
      "read:/proc/interrupts",
      "write:/proc/sys/kernel/domainname=x",
      "write:/sys/fs/cgroup/x=x",
      "write:/etc/hosts=",
      "mknod:/memory=c:1:1",
      "open:/memory"
    };
    var config = Inside.prober("main", tries);
    config
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .setNoNewPrivs(true)
        .setSeccomp(
            SecurityProfile.newBuilder()
                .setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
    Inside ours = Inside.of(node, node.pod("same"), config);
    Inside theirs = Inside.of(node, pod("same"), config);
    Map<String, String> different = Surroundings.of(ours).differences(Surroundings.of(theirs));
    assertThat(different)
        .as("what differs, as \"Berth's engine | runc\"")
        .allSatisfy((fact, values) -> assertThat(EXPLAINED).anyMatch(fact::matches));
  }

  /** The facts that may differ; docs/handlers.md says why. */
  private static final List<String> EXPLAINED =
      List.of(
          "mount /proc/[a-z_]+",
          "mount /sys/(firmware|devices/virtual/powercap)",
          "mount /sys/fs/cgroup(/[a-z,]+)?",
          "try write:/sys/fs/cgroup/x=x");
}
