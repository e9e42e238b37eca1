package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import dev.berth.shim.CapabilitySets;
import dev.berth.shim.ContainerPlan;
import dev.berth.shim.DeviceNode;
import dev.berth.shim.ExecPlan;
import dev.berth.shim.FilterProgram;
import dev.berth.shim.MountFlag;
import dev.berth.shim.MountOp;
import dev.berth.shim.ProcessPlan;
import dev.berth.shim.Propagation;
import dev.berth.shim.RootPlan;
import dev.berth.shim.StdioPlan;
import dev.berth.shim.Symlink;
import dev.berth.shim.UserPlan;
import dev.berth.spec.oci.OciMount;
import dev.berth.spec.oci.OciSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanBuilderTest {
  private static final Set<MountFlag> QUIET =
      Set.of(MountFlag.NOSUID, MountFlag.NOEXEC, MountFlag.NODEV);
  private static final Set<MountFlag> QUIET_RO =
      Set.of(MountFlag.NOSUID, MountFlag.NOEXEC, MountFlag.NODEV, MountFlag.READONLY);
  private static final FilterProgram FILTER = FilterProgram.of(new byte[8]);
  private static final FakeHost HOST =
      new FakeHost().directory("/data").directory("/dev").device("/dev/fuse", false, 10, 229);

  private static ContainerPlan plan(String container) {
    return plan(Requests.translate(container, HOST));
  }

  private static ContainerPlan plan(ContainerSpec spec) {
    return PlanBuilder.container(
        spec,
        Requests.POD_FILES,
        new PlanBuilder.Place(
            "c1",
            List.of("/cg/c1"),
            List.of("/l2", "/l1"),
            "/u",
            "/w",
            FILTER,
            new LogRules(4096, true),
            "/x/exit"));
  }

  @Test
  void mounts() {
    assertThat(
            plan("{'mounts': [{'host_path': '/data', 'container_path': '/d', 'readonly': true}]}")
                .mounts())
        .containsExactly(
            new MountOp.Proc("/proc", QUIET),
            new MountOp.Tmpfs("/dev", Set.of(MountFlag.NOSUID), 65536L << 10, 0755),
            new MountOp.Sysfs("/sys", QUIET_RO),
            new MountOp.Bind(
                "/data", "/d", Set.of(MountFlag.READONLY), true, false, Propagation.PRIVATE),
            new MountOp.Devpts("/dev/pts", Set.of(MountFlag.NOSUID, MountFlag.NOEXEC)),
            new MountOp.Mqueue("/dev/mqueue", QUIET),
            new MountOp.PodShm("/dev/shm", QUIET),
            file("hostname"),
            file("hosts"),
            file("resolv.conf"),
            new MountOp.Cgroup("/sys/fs/cgroup", QUIET_RO));
  }

  private static MountOp file(String name) {
    return new MountOp.Bind(
        "/run/berth/pods/p1/" + name, "/etc/" + name, Set.of(), true, false, Propagation.PRIVATE);
  }

  @Test
  void placeAndRoot() {
    ContainerPlan plan = plan("{'linux': {'security_context': {'readonly_rootfs': true}}}");
    assertThat(plan.id()).isEqualTo("c1");
    assertThat(plan.cgroupDirs()).containsExactly("/cg/c1");
    assertThat(plan.root()).isEqualTo(new RootPlan(List.of("/l2", "/l1"), "/u", "/w", true));
    assertThat(plan.exitRecordPath()).isEqualTo("/x/exit");
    assertThat(plan.stdio()).isEqualTo(new StdioPlan(null, false, false, 4096, true));
    assertThat(plan.maskedPaths()).contains("/proc/kcore");
    assertThat(plan.mounts())
        .contains(
            new MountOp.Bind(
                "/run/berth/pods/p1/hosts",
                "/etc/hosts",
                Set.of(MountFlag.READONLY),
                true,
                false,
                Propagation.PRIVATE));
  }

  @Test
  void process() {
    ProcessPlan process =
        plan("{'args': ['-v'], 'linux': {'resources': {'oom_score_adj': 500},"
                + " 'security_context': {'run_as_user': {'value': 1000}, 'no_new_privs': true,"
                + " 'capabilities': {'drop_capabilities': ['ALL'],"
                + " 'add_capabilities': ['CHOWN']}}}}")
            .process();
    assertThat(process.args()).containsExactly("/bin/app", "-v");
    assertThat(process.user()).isEqualTo(new UserPlan(1000, 1000, List.of(1000L, 50000L)));
    assertThat(process.capabilities()).isEqualTo(CapabilitySets.of(1));
    assertThat(process.noNewPrivs()).isTrue();
    assertThat(process.oomScoreAdj()).isEqualTo(500);
    assertThat(process.filter()).isEqualTo(FILTER);
    assertThat(process.umask()).isEqualTo(022);
  }

  @Test
  void devicesAndLinks() {
    ContainerPlan plan =
        plan("{'devices': [{'host_path': '/dev/fuse', 'container_path': '/dev/fuse'}]}");
    assertThat(plan.devices())
        .extracting(DeviceNode::path)
        .containsExactly(
            "/dev/null",
            "/dev/zero",
            "/dev/full",
            "/dev/random",
            "/dev/urandom",
            "/dev/tty",
            "/dev/fuse");
    assertThat(plan.symlinks()).contains(new Symlink("/dev/ptmx", "pts/ptmx"));
  }

  @Test
  void nothingIsMadeInTheMachinesDev() {
    ContainerPlan plan = plan("{'mounts': [{'host_path': '/dev', 'container_path': '/dev'}]}");
    assertThat(plan.devices()).isEmpty();
    assertThat(plan.symlinks()).isEmpty();
  }

  /** CVE-2025-27612 and CVE-2022-24769: an exec has what the container has, no more. */
  @Test
  void execIsTheContainersProcessWithAnotherCommand() {
    ContainerSpec spec =
        Requests.translate(
            "{'working_dir': '/w', 'linux': {'security_context':"
                + " {'run_as_username': 'app', 'no_new_privs': true}}}");
    ProcessPlan own = plan(spec).process();
    ExecPlan exec =
        PlanBuilder.exec(
            "c1",
            "e1",
            "cmd",
            List.of("id"),
            false,
            spec.oci().process(),
            FILTER,
            List.of("/cg/c1/e1"));
    assertThat(exec.process())
        .isEqualTo(
            new ProcessPlan(
                List.of("id"),
                own.env(),
                "/w",
                own.user(),
                own.capabilities(),
                true,
                FILTER,
                own.rlimits(),
                own.oomScoreAdj(),
                own.umask()));
    assertThat(exec.cgroupDirs()).containsExactly("/cg/c1/e1");
  }

  @Test
  void aTerminalHasATerm() {
    var process = Requests.translate("{}").oci().process();
    ExecPlan exec =
        PlanBuilder.exec(
            "c1", "e1", "cmd", List.of("sh"), true, process, FilterProgram.NONE, List.of());
    assertThat(exec.process().env()).endsWith("TERM=xterm");
    assertThat(exec.tty()).isTrue();
  }

  @Test
  void execNeedsACommand() {
    var process = Requests.translate("{}").oci().process();
    assertThatThrownBy(
            () ->
                PlanBuilder.exec(
                    "c", "e", "cmd", List.of(), false, process, FilterProgram.NONE, List.of()))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessage("cmd \"\": must name a command");
  }

  @Test
  void anAdjustmentWithAnUnknownMountIsRefused() {
    ContainerSpec spec = Requests.translate("{}");
    OciSpec oci = spec.oci();
    var odd =
        new OciSpec(
            oci.ociVersion(),
            oci.process(),
            oci.root(),
            oci.hostname(),
            List.of(OciMount.of("/x", "nfs")),
            oci.annotations(),
            oci.linux());
    assertThatThrownBy(() -> plan(spec.withOci(odd)))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessage("plan container c1: mount on /x: unknown type \"nfs\"");
  }
}
