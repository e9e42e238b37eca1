package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a container sees and may do, asked from inside. */
final class ShimIsolationKernelTest {
  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod());
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  private String says(String script) throws Exception {
    return bench.output(bench.plan("c1", script));
  }

  @Test
  void namespacesAreThePodsOrItsOwn() throws Exception {
    String inside = says("for n in net ipc uts pid mnt; do readlink /proc/self/ns/$n; done");
    for (String kind : List.of("net", "ipc", "uts", "pid", "mnt")) {
      String host = Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString();
      assertThat(inside).contains(kind + ":").doesNotContain(host);
    }
    String second =
        bench.output(bench.plan("c2", "for n in net ipc uts; do readlink /proc/self/ns/$n; done"));
    assertThat(inside).startsWith(second);
  }

  @Test
  void hostNamespacesAreTheMachines() throws Exception {
    Namespaces host =
        new Namespaces(
            NamespaceMode.HOST,
            NamespaceMode.HOST,
            NamespaceMode.HOST,
            NamespaceMode.HOST,
            NamespaceMode.HOST,
            null);
    ContainerPlan plan =
        bench.plan("c1", "for n in net ipc uts pid; do readlink /proc/self/ns/$n; done; exit 3");
    ContainerPlan inHost = PlanEdit.of(plan).namespaces(host).plan();
    assertThat(bench.run(inHost).status()).isEqualTo(3);
    for (String kind : List.of("net", "ipc", "uts", "pid")) {
      assertThat(ShimBench.content(bench.log("c1")))
          .contains(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString());
    }
  }

  @Test
  void hostnameIsThePods() throws Exception {
    assertThat(says("hostname")).isEqualTo("pod-host\n");
  }

  @Test
  void hostnameCanBeItsOwn() throws Exception {
    Namespaces own =
        new Namespaces(
            NamespaceMode.POD,
            NamespaceMode.POD,
            NamespaceMode.NEW,
            NamespaceMode.NEW,
            NamespaceMode.NEW,
            null);
    ContainerPlan plan = PlanEdit.of(bench.plan("c1", "hostname")).namespaces(own).plan();
    assertThat(bench.output(PlanEdit.of(plan).hostname("mine").plan())).isEqualTo("mine\n");
    assertThat(bench.output(bench.plan("c2", "hostname"))).isEqualTo("pod-host\n");
  }

  @Test
  void commandIsPidOneWithNothingButStdio() throws Exception {
    assertThat(says("echo $$; ls /proc/self/fd | wc -l; ls /")).startsWith("1\n4\nbin\n");
  }

  @Test
  void sharedMemoryIsThePods() throws Exception {
    assertThat(says("echo shared > /dev/shm/x; stat -f -c %T /dev/shm")).isEqualTo("tmpfs\n");
    assertThat(bench.output(bench.plan("c2", "cat /dev/shm/x"))).isEqualTo("shared\n");
    assertThat(Path.of("/dev/shm/x")).doesNotExist();
  }

  @Test
  void maskedAndReadonlyPathsHold() throws Exception {
    String said =
        says(
            "wc -c < /proc/interrupts; ls /sys/firmware | wc -l; "
                + "(echo 1 > /proc/sys/vm/overcommit_memory) 2>&1; touch /sys/x 2>&1");
    assertThat(said)
        .startsWith("0\n0\n")
        .contains("can't create /proc/sys/vm/overcommit_memory: Read-only file system")
        .contains("touch: /sys/x: Read-only file system");
  }

  @Test
  void capabilitiesAreExactlyThePlans() throws Exception {
    String said = says("grep -E 'Cap|NoNew' /proc/self/status");
    assertThat(said)
        .contains("CapInh:\t0000000000000000")
        .contains("CapPrm:\t00000000a80425fb")
        .contains("CapEff:\t00000000a80425fb")
        .contains("CapBnd:\t00000000a80425fb")
        .contains("CapAmb:\t0000000000000000")
        .contains("NoNewPrivs:\t1");
  }

  @Test
  void aPlainUserHasGroupsAsGivenAndNoCapabilities() throws Exception {
    ContainerPlan plan = bench.plan("c1", "id; grep -E 'Cap|NoNew|Groups' /proc/self/status");
    UserPlan user = new UserPlan(1234, 2345, List.of(2345L, 7L));
    ContainerPlan asUser =
        PlanEdit.of(plan)
            .process(p -> PlanEdit.as(p, user, new CapabilitySets(0xff, 0, 0, 0), false))
            .plan();
    assertThat(bench.output(asUser))
        .contains("uid=1234 gid=2345 groups=7,2345")
        .contains("CapEff:\t0000000000000000")
        .contains("CapPrm:\t0000000000000000")
        .contains("CapBnd:\t00000000000000ff")
        .contains("NoNewPrivs:\t0");
  }

  @Test
  void ambientCapabilitiesReachAPlainUser() throws Exception {
    UserPlan user = new UserPlan(1234, 1234, List.of());
    CapabilitySets caps = new CapabilitySets(0x400, 0x400, 0x400, 0x400);
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "grep Cap /proc/self/status"))
            .process(p -> PlanEdit.as(p, user, caps, true))
            .plan();
    assertThat(bench.output(plan))
        .contains("CapAmb:\t0000000000000400")
        .contains("CapEff:\t0000000000000400");
  }

  @Test
  void aPlainUserMayReopenItsOutput() throws Exception {
    UserPlan user = new UserPlan(1234, 1234, List.of());
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "echo again > /proc/self/fd/1; echo err > /dev/fd/2"))
            .process(p -> PlanEdit.as(p, user, CapabilitySets.NONE, true))
            .plan();
    assertThat(bench.output(plan)).contains("again\n").contains("err\n");
  }

  @Test
  void filterAppliesWithAndWithoutNoNewPrivs() throws Exception {
    for (boolean nnp : List.of(true, false)) {
      String id = "c" + nnp;
      ContainerPlan plan =
          PlanEdit.of(bench.plan(id, "grep Seccomp: /proc/self/status; mkdir /tmp/x 2>&1; echo $?"))
              .process(p -> PlanEdit.filtered(p, denyMkdir(), nnp))
              .plan();
      assertThat(bench.output(plan)).contains("Seccomp:\t2").contains("not permitted");
      assertThat(bench.output(bench.plan("o" + nnp, "grep -E 'CapEff' /proc/self/status")))
          .contains("a80425fb");
    }
  }

  /** x86-64 and arm64: mkdir (83) and mkdirat (258, 34) fail with EPERM, all else may pass. */
  private static FilterProgram denyMkdir() {
    ByteBuffer code = ByteBuffer.allocate(6 * 8).order(ByteOrder.LITTLE_ENDIAN);
    code.putShort((short) 0x20).put((byte) 0).put((byte) 0).putInt(0);
    code.putShort((short) 0x15).put((byte) 3).put((byte) 0).putInt(83);
    code.putShort((short) 0x15).put((byte) 2).put((byte) 0).putInt(258);
    code.putShort((short) 0x15).put((byte) 1).put((byte) 0).putInt(34);
    code.putShort((short) 0x06).put((byte) 0).put((byte) 0).putInt(0x7fff0000);
    code.putShort((short) 0x06).put((byte) 0).put((byte) 0).putInt(0x00050001);
    return FilterProgram.of(code.array());
  }

  @Test
  void bindMountsKeepTheirFlags() throws Exception {
    Path volume = Files.createDirectories(bench.dir.resolve("volume"));
    Files.writeString(volume.resolve("file"), "content\n");
    Path single = Files.writeString(bench.dir.resolve("single"), "alone\n");
    ContainerPlan plan =
        PlanEdit.of(
                bench.plan(
                    "c1",
                    "cat /new/mount/file; touch /new/mount/x 2>&1; touch /rw/y; cat /etc/single;"
                        + " grep -E ' /new/mount ' /proc/self/mountinfo"))
            .mount(bind(volume, "/new/mount", Set.of(MountFlag.READONLY, MountFlag.NOEXEC)))
            .mount(bind(volume, "/rw", Set.of()))
            .mount(bind(single, "/etc/single", Set.of()))
            .plan();
    assertThat(bench.output(plan))
        .contains("content\n")
        .contains("Read-only file system")
        .contains("alone\n")
        .contains("noexec");
    assertThat(volume.resolve("y")).exists();
    assertThat(volume.resolve("x")).doesNotExist();
  }

  static MountOp bind(Path source, String target, Set<MountFlag> flags) {
    return new MountOp.Bind(source.toString(), target, flags, true, false, Propagation.PRIVATE);
  }

  @Test
  void aReadonlyRootIsReadOnly() throws Exception {
    ContainerPlan plan = bench.plan("c1", "touch /x 2>&1; touch /tmp/x 2>&1; touch /dev/shm/ok");
    RootPlan root = plan.root();
    ContainerPlan readonly =
        PlanEdit.of(plan).root(new RootPlan(root.lower(), root.upper(), root.work(), true)).plan();
    assertThat(bench.output(readonly))
        .contains("touch: /x: Read-only")
        .contains("touch: /tmp/x: Read-only")
        .doesNotContain("shm");
  }

  @Test
  void oneLayerWithoutUpperIsTheRootItself() throws Exception {
    ContainerPlan plan = bench.plan("c1", "echo here");
    ContainerPlan bare =
        PlanEdit.of(plan).root(new RootPlan(plan.root().lower(), null, null, true)).plan();
    assertThat(bench.output(bare)).isEqualTo("here\n");
  }

  @Test
  void manyLayersWork() throws Exception {
    List<String> layers = new ArrayList<>(List.of(bench.root.toString()));
    for (int i = 0; i < 80; i++) {
      Path layer = Files.createDirectories(bench.dir.resolve("a-layer-with-a-long-name-" + i));
      Files.writeString(layer.resolve("from" + i), i + "\n");
      layers.addFirst(layer.toString());
    }
    ContainerPlan plan = bench.plan("c1", "cat /from0 /from79");
    RootPlan root = new RootPlan(layers, plan.root().upper(), plan.root().work(), false);
    assertThat(bench.output(PlanEdit.of(plan).root(root).plan())).isEqualTo("0\n79\n");
  }

  @Test
  void workingDirectoryIsMadeInsideTheRoot() throws Exception {
    Files.createSymbolicLink(bench.root.resolve("out"), Path.of("/tmp"));
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "pwd")).process(p -> PlanEdit.in(p, "/out/made/here")).plan();
    assertThat(bench.output(plan)).isEqualTo("/tmp/made/here\n");
    assertThat(Path.of("/tmp/made")).doesNotExist();
  }

  @Test
  void sysctlsAreThePodsOnly() throws Exception {
    String before = Files.readString(Path.of("/proc/sys/net/ipv4/ip_default_ttl"));
    ContainerPlan plan =
        PlanEdit.of(
                bench.plan("c1", "cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/shmmni"))
            .sysctls(Map.of("net.ipv4.ip_default_ttl", "99", "kernel/shmmni", "123"))
            .plan();
    assertThat(bench.output(plan)).isEqualTo("99\n123\n");
    assertThat(Files.readString(Path.of("/proc/sys/net/ipv4/ip_default_ttl"))).isEqualTo(before);
  }

  @Test
  void aTerminalIsStdioAndConsole() throws Exception {
    StdioPlan tty = new StdioPlan(bench.log("c1").toString(), true, false, 16384);
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "tty; stat -c %F /dev/console; echo x > /dev/console"))
            .stdio(tty)
            .plan();
    assertThat(bench.output(plan)).isEqualTo("/dev/pts/0\r\ncharacter special file\r\nx\r\n");
  }

  @Test
  void stdinIsEmptyUnlessAskedFor() throws Exception {
    assertThat(says("cat; echo end")).isEqualTo("end\n");
  }

  @Test
  void oomScoreIsRaised() throws Exception {
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "cat /proc/self/oom_score_adj"))
            .process(p -> PlanEdit.filtered(p, FilterProgram.NONE, true))
            .plan();
    assertThat(bench.output(plan)).isEqualTo("500\n");
  }
}
