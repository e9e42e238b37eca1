package dev.berth.e2e;

import static dev.berth.e2e.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.Device;
import dev.berth.cri.v1.Int64Value;
import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.MountPropagation;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.SecurityProfile;
import dev.berth.cri.v1.SupplementalGroupsPolicy;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The prober matrix: what keeps a container in its place, told by a process inside of it. */
class IsolationIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  private static final List<String> SHARED_KINDS = List.of("net", "ipc", "uts");
  private static final int AF_ALG = 38;

  @BeforeAll
  static void image() {
    Inside.prepare(BED.node());
  }

  @Test
  void namespacesAreThePodsOrTheMachinesByMode() {
    Node node = BED.node();
    String pod = node.pod("namespaces");
    // both live: the kernel gives a dead namespace's number to the next
    Inside one = Inside.exec(node, node.run(pod, Inside.sleeper("one")));
    Inside two = Inside.of(node, pod, Inside.prober("two"));
    for (String kind : SHARED_KINDS) {
      assertThat(one.namespaces().get(kind))
          .as(kind)
          .isEqualTo(two.namespaces().get(kind))
          .isNotEqualTo(Inside.ofMachine(kind));
    }
    for (String kind : List.of("pid", "mnt")) {
      assertThat(one.namespaces().get(kind))
          .as(kind)
          .isNotEqualTo(two.namespaces().get(kind))
          .isNotEqualTo(Inside.ofMachine(kind));
    }
    assertThat(two.json().path("pid").asInt()).isEqualTo(1);

    var host =
        NamespaceOption.newBuilder()
            .setNetwork(NamespaceMode.NODE)
            .setIpc(NamespaceMode.NODE)
            .setPid(NamespaceMode.NODE);
    var config = node.podConfig("machine");
    config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(host);
    var prober = Inside.prober("main");
    security(prober).setNamespaceOptions(host);
    Inside machine = Inside.of(node, node.pod(config.build()), prober);
    for (String kind : List.of("net", "ipc", "uts", "pid", "user")) {
      assertThat(machine.namespaces().get(kind)).as(kind).isEqualTo(Inside.ofMachine(kind));
    }
    assertThat(machine.namespaces().get("mnt")).isNotEqualTo(Inside.ofMachine("mnt"));
  }

  @Test
  void capabilitiesAreExactlyTheOnesAsked() {
    Node node = BED.node();
    String pod = node.pod("capabilities");
    Inside plain = Inside.of(node, pod, Inside.prober("plain"));
    assertThat(plain.capabilities("Bnd")).isEqualTo(0xa80425fbL);
    assertThat(plain.capabilities("Inh")).isZero();
    assertThat(plain.capabilities("Amb")).isZero();

    var user = Inside.prober("user");
    security(user)
        .setRunAsUser(number(1000))
        .getCapabilitiesBuilder()
        .addDropCapabilities("ALL")
        .addAddCapabilities("NET_RAW");
    Inside dropped = Inside.of(node, pod, user);
    assertThat(dropped.capabilities("Bnd")).isEqualTo(1 << 13);
    assertThat(dropped.capabilities("Prm")).isZero();
    assertThat(dropped.capabilities("Inh")).isZero();

    var ambient = Inside.prober("ambient");
    security(ambient)
        .setRunAsUser(number(1000))
        .getCapabilitiesBuilder()
        .addDropCapabilities("ALL")
        .addAddAmbientCapabilities("NET_BIND_SERVICE");
    Inside kept = Inside.of(node, pod, ambient);
    assertThat(kept.capabilities("Amb")).isEqualTo(1 << 10);
    assertThat(kept.capabilities("Eff")).isEqualTo(1 << 10);
  }

  /** CVE-2022-29162, CVE-2022-24769, CVE-2022-27650, CVE-2022-27652, CVE-2018-1000400. */
  @Test
  void execHasTheContainersPrivilegesAndNoMore() {
    Node node = BED.node();
    var config = Inside.sleeper("main");
    security(config)
        .setRunAsUser(number(1000))
        .setNoNewPrivs(true)
        .setSeccomp(profile(SecurityProfile.ProfileType.RuntimeDefault))
        .addSupplementalGroups(70)
        .getCapabilitiesBuilder()
        .addDropCapabilities("ALL")
        .addAddCapabilities("CHOWN");
    String container = node.run(node.pod("exec"), config);
    Inside inside = Inside.exec(node, container, "socket:" + AF_ALG, "write:/proc/1/exe=x");
    assertThat(inside.capabilities("Bnd")).isEqualTo(1);
    assertThat(inside.capabilities("Inh")).isZero();
    assertThat(inside.capabilities("Prm")).isZero();
    assertThat(inside.capabilities("Amb")).isZero();
    assertThat(inside.status("NoNewPrivs")).isEqualTo("1");
    assertThat(inside.status("Seccomp")).isEqualTo("2");
    assertThat(inside.groups()).containsExactly(50, 60, 70, 1000);
    assertThat(inside.json().path("uid").asInt()).isEqualTo(1000);
    assertThat(inside.tried("socket:" + AF_ALG)).isEqualTo("EPERM");
    assertThat(inside.tried("write:/proc/1/exe=x")).isIn("EACCES", "ETXTBSY");
    assertThat(inside.json().path("descriptors").properties())
        .extracting(e -> e.getKey())
        .containsExactlyInAnyOrder("0", "1", "2");
  }

  /** CVE-2026-31431, CVE-2022-0185, CVE-2022-0492. */
  @Test
  void theDefaultProfileClosesWhatIsKnownToBeDangerous() {
    Node node = BED.node();
    var prober =
        Inside.prober(
            "main",
            "socket:" + AF_ALG,
            "socketcall:" + AF_ALG,
            "unshare:" + 0x10000000,
            "mount:/mnt",
            "keyctl:");
    security(prober).setSeccomp(profile(SecurityProfile.ProfileType.RuntimeDefault));
    Inside inside = Inside.of(node, node.pod("seccomp"), prober);
    assertThat(inside.tried("socket:" + AF_ALG)).isEqualTo("EPERM");
    assertThat(inside.tried("socketcall:" + AF_ALG)).isIn("EPERM", "ENOSYS");
    assertThat(inside.tried("unshare:" + 0x10000000)).isEqualTo("EPERM");
    assertThat(inside.tried("mount:/mnt")).isEqualTo("EPERM");
    assertThat(inside.tried("keyctl:")).isIn("EPERM", "ENOSYS");
  }

  /** CVE-2023-25173, CVE-2022-2995, CVE-2022-36109. */
  @Test
  void groupsAreMergedOrStrict() {
    Node node = BED.node();
    String pod = node.pod("groups");
    var merge = Inside.prober("merge");
    security(merge).setRunAsUser(number(1000)).addSupplementalGroups(70);
    assertThat(Inside.of(node, pod, merge).groups()).containsExactly(50, 60, 70, 1000);
    var strict = Inside.prober("strict");
    security(strict)
        .setRunAsUser(number(1000))
        .addSupplementalGroups(70)
        .setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict);
    Inside inside = Inside.of(node, pod, strict);
    assertThat(inside.groups()).containsExactly(70, 1000);
    assertThat(inside.json().path("gid").asInt()).isEqualTo(1000);
  }

  /** GHSA-7ww5-4wqc-m92c, CVE-2023-25809, CVE-2020-10749. */
  @Test
  void pathsAreHiddenAndReadOnly() {
    Node node = BED.node();
    String[] tries = {
      "read:/proc/interrupts",
      "chmod:/proc/interrupts",
      "write:/proc/sys/kernel/domainname=x",
      "write:/proc/sysrq-trigger=x",
      "write:/sys/kernel/uevent_helper=x",
      "write:/sys/fs/cgroup/x=x",
      "list:/sys/firmware",
      "list:/sys/devices/virtual/powercap",
      "read:/proc/sys/net/ipv6/conf/eth0/accept_ra"
    };
    String pod = node.pod("hidden");
    Inside inside = Inside.of(node, pod, Inside.prober("main", tries));
    assertThat(inside.tried("read:/proc/interrupts")).isEmpty();
    assertThat(inside.tried("chmod:/proc/interrupts")).isEqualTo("EROFS");
    assertThat(inside.options("/proc/interrupts")).contains("ro", "nosuid", "noexec");
    assertThat(inside.tried("write:/proc/sys/kernel/domainname=x")).isEqualTo("EROFS");
    assertThat(inside.tried("write:/proc/sysrq-trigger=x")).isIn("EROFS", "ENOENT");
    assertThat(inside.tried("write:/sys/kernel/uevent_helper=x")).isIn("EROFS", "EACCES", "ENOENT");
    assertThat(inside.tried("write:/sys/fs/cgroup/x=x")).isEqualTo("EROFS");
    assertThat(inside.tried("list:/sys/firmware")).isEmpty();
    assertThat(inside.tried("list:/sys/devices/virtual/powercap")).isIn("", "ENOENT");
    assertThat(inside.tried("read:/proc/sys/net/ipv6/conf/eth0/accept_ra").strip())
        .isIn("0", "ENOENT");
    for (String target : List.of("/proc", "/sys", "/dev/mqueue", "/dev/shm")) {
      assertThat(inside.options(target)).as(target).contains("nosuid", "nodev", "noexec");
    }
    assertThat(inside.options("/sys")).contains("ro");
  }

  @Test
  void mountsHaveTheirOptionsAndSpreadAsAsked() throws IOException {
    Node node = BED.node();
    Path folder = Files.createDirectories(BED.home().resolve("options"));
    var config =
        Inside.prober("main", "write:/rro/x=x", "write:/rw/x=x")
            .addMounts(
                mount(folder, "/rro")
                    .setReadonly(true)
                    .setRecursiveReadOnly(true)
                    .addMountOptions("noexec"))
            .addMounts(
                mount(folder, "/rw").addAllMountOptions(List.of("nodev", "nosuid", "noexec")));
    Inside inside = Inside.of(node, node.pod("options"), config);
    assertThat(inside.tried("write:/rro/x=x")).isEqualTo("EROFS");
    assertThat(inside.tried("write:/rw/x=x")).isEqualTo("ok");
    assertThat(inside.options("/rro")).contains("ro", "noexec");
    assertThat(inside.options("/rw")).contains("rw", "nodev", "nosuid", "noexec");
    assertThat(inside.mount("/rw").path("propagation").asText()).isEmpty();
    // nothing of the machine's mount table is left over in there
    assertThat(inside.mounts().map(m -> m.path("target").asText()))
        .noneMatch(target -> target.startsWith(BED.home().toString()));
  }

  @Test
  void mountsSpreadAsAsked() throws Exception {
    Node node = BED.node();
    Path folder = Files.createDirectories(BED.home().resolve("spread"));
    run("mount", "--bind", folder.toString(), folder.toString());
    try {
      run("mount", "--make-shared", folder.toString());
      var config =
          Inside.prober("main")
              .addMounts(mount(folder, "/private"))
              .addMounts(
                  mount(folder, "/slave")
                      .setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER))
              .addMounts(
                  mount(folder, "/shared")
                      .setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL));
      Inside inside = Inside.of(node, node.pod("spread"), config);
      assertThat(inside.mount("/private").path("propagation").asText()).isEmpty();
      assertThat(inside.mount("/slave").path("propagation").asText()).startsWith("master:");
      assertThat(inside.mount("/shared").path("propagation").asText()).startsWith("shared:");
    } finally {
      run("umount", folder.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /** GHSA-g54h-m393-cpwq. */
  @Test
  void devicesAreTheUsualOnesAndTheOnesAsked() {
    Node node = BED.node();
    String[] tries = {"open:/dev/kmsg", "write:/dev/null=x"};
    var config = Inside.prober("main", tries);
    config.addDevices(
        Device.newBuilder()
            .setHostPath("/dev/null")
            .setContainerPath("/dev/nothing")
            .setPermissions("r"));
    config.setWorkingDir("/made/for/it");
    security(config).setRunAsUser(number(1000)).getCapabilitiesBuilder().addDropCapabilities("ALL");
    String pod = node.pod("devices");
    Inside inside = Inside.of(node, pod, config);
    assertThat(inside.json().path("devices").path("/dev/null").asText()).isEqualTo("c 1:3 666 0:0");
    assertThat(inside.tried("write:/dev/null=x")).isEqualTo("ok");
    assertThat(inside.json().path("devices").properties())
        .extracting(e -> e.getKey())
        .contains("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
        .contains("/dev/nothing")
        .doesNotContain("/dev/kmsg", "/dev/mem");
    assertThat(inside.tried("open:/dev/kmsg")).isEqualTo("ENOENT");

    // root may make a node of any device, but not open it
    Inside root =
        Inside.of(
            node,
            pod,
            Inside.prober(
                "root",
                "mknod:/memory=c:1:1",
                "open:/memory",
                "mknod:/nothing=c:1:3",
                "open:/nothing"));
    assertThat(root.tried("mknod:/memory=c:1:1")).isEqualTo("ok");
    assertThat(root.tried("open:/memory")).isEqualTo("EPERM");
    assertThat(root.tried("open:/nothing")).isEqualTo("ok");
  }

  @Test
  void aUserNamespaceOwnsEverythingOfItsPod() throws IOException {
    Node node = BED.node();
    Path folder = Files.createDirectories(BED.home().resolve("mapped"));
    Path plain = Files.createDirectories(BED.home().resolve("plain"));
    String pod = UserNamespaces.pod(node, "users", NamespaceMode.CONTAINER);
    String[] tries = {
      "write:/mapped/made=x",
      "write:/plain/made=x",
      "write:/dev/shm/made=x",
      "write:/etc/hosts=x",
      "write:/made=x",
      "list:/sys/class/net",
      "mknod:/tmp-null=c:1:3",
      "open:/dev/null",
      "write:/dev/null=x"
    };
    var config =
        Inside.prober("main", tries)
            .addMounts(UserNamespaces.mapped(mount(folder, "/mapped")))
            .addMounts(mount(plain, "/plain"));
    Inside inside = Inside.of(node, pod, UserNamespaces.in(config));
    assertThat(inside.json().path("uid_map").asText().strip().split(" +"))
        .containsExactly("0", "200000", "65536");
    for (String kind : List.of("user", "net", "ipc", "uts", "pid", "mnt")) {
      assertThat(inside.namespaces().get(kind)).as(kind).isNotEqualTo(Inside.ofMachine(kind));
    }
    assertThat(inside.json().path("uid").asInt()).isZero();
    assertThat(inside.capabilities("Bnd")).isEqualTo(0xa80425fbL);
    assertThat(inside.tried("write:/mapped/made=x")).isEqualTo("ok");
    assertThat(Files.getAttribute(folder.resolve("made"), "unix:uid")).isEqualTo(0);
    assertThat(inside.tried("write:/plain/made=x")).isEqualTo("EACCES");
    assertThat(inside.tried("write:/dev/shm/made=x")).isEqualTo("ok");
    assertThat(inside.tried("write:/etc/hosts=x")).isEqualTo("ok");
    assertThat(inside.tried("write:/made=x")).isEqualTo("ok");
    assertThat(inside.tried("list:/sys/class/net")).contains("eth0", "lo");
    assertThat(inside.tried("mknod:/tmp-null=c:1:3")).isEqualTo("EPERM");
    assertThat(inside.tried("write:/dev/null=x")).isEqualTo("ok");
    assertThat(inside.json().path("devices").path("/dev/null").asText()).isEqualTo("c 1:3 666 0:0");
  }

  /** CVE-2025-47291: what runs in a user namespace is in the container's cgroup like any other. */
  @Test
  void execEntersTheUserNamespace() throws IOException {
    Node node = BED.node();
    for (NamespaceMode pid : List.of(NamespaceMode.CONTAINER, NamespaceMode.POD)) {
      String pod = UserNamespaces.pod(node, "exec-users-" + pid, pid);
      var config = UserNamespaces.in(Inside.sleeper("main"));
      security(config).setRunAsUser(number(1000)).getNamespaceOptionsBuilder().setPid(pid);
      String container = node.run(pod, config);
      Inside inside = Inside.exec(node, container, "write:/proc/self/fd/1= ", "open:/prober");
      assertThat(inside.json().path("uid_map").asText().strip()).startsWith("0");
      assertThat(inside.json().path("uid").asInt()).isEqualTo(1000);
      assertThat(inside.namespaces().get("user")).isNotEqualTo(Inside.ofMachine("user"));
      assertThat(inside.json().path("cgroup").asText()).contains(container);
      assertThat(inside.tried("open:/prober")).isEqualTo("ok");
    }
  }

  @Test
  void aUserNamespaceOnTheMachinesNetworkSeesItsLinks() {
    Node node = BED.node();
    var options = UserNamespaces.options().setNetwork(NamespaceMode.NODE);
    var config = node.podConfig("users-machine");
    config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options);
    var prober = Inside.prober("main", "list:/sys/class/net", "write:/sys/class/net/x=x");
    security(prober).setNamespaceOptions(options);
    Inside inside = Inside.of(node, node.pod(config.build()), prober);
    assertThat(inside.namespaces().get("net")).isEqualTo(Inside.ofMachine("net"));
    assertThat(inside.namespaces().get("user")).isNotEqualTo(Inside.ofMachine("user"));
    assertThat(inside.tried("list:/sys/class/net")).contains("lo");
    assertThat(inside.options("/sys")).contains("ro");
  }

  @Test
  void aPodsUsersAreItsContainersAndItsVolumes() {
    Node node = BED.node();
    String pod = node.pod("machine-users");
    refused(
        Code.INVALID_ARGUMENT,
        () -> node.create(pod, UserNamespaces.in(Inside.prober("main"))),
        "userns_options");
    var mapped = UserNamespaces.mapped(mount(BED.home(), "/mapped"));
    refused(
        Code.INVALID_ARGUMENT,
        () -> node.create(pod, Inside.prober("volume").addMounts(mapped)),
        "uidMappings");
  }

  @CanIgnoreReturnValue
  private static LinuxContainerSecurityContext.Builder security(ContainerConfig.Builder config) {
    return config.getLinuxBuilder().getSecurityContextBuilder();
  }

  private static SecurityProfile profile(SecurityProfile.ProfileType type) {
    return SecurityProfile.newBuilder().setProfileType(type).build();
  }

  private static Mount.Builder mount(Path source, String target) {
    return Mount.newBuilder().setHostPath(source.toString()).setContainerPath(target);
  }

  private static Int64Value number(long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }
}
