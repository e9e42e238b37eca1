package dev.berth.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.Cpu;
import dev.berth.spec.oci.OciResources.Memory;
import dev.berth.spec.oci.OciResources.Pids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cgroups on a folder that behaves like the kernel's. */
final class CgroupsTest {

  private static final String ALL = "cpuset cpu io memory hugetlb pids rdma";

  @TempDir private Path root;

  @Test
  void versionTwoEnablesControllersDownToTheParent() throws Exception {
    FakeCgroups fake = FakeCgroups.v2(root, ALL);
    Cgroups cgroups = cgroups(fake);
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    Made made = cgroups.create(dirs, Asked.ordinary());
    assertThat(made.parents()).containsExactly(root + "/kubepods", root + "/kubepods/pod1");
    assertThat(fake.text("cgroup.subtree_control").split(" "))
        .containsExactlyInAnyOrderElementsOf(Controllers.FOR_CONTAINERS);
    assertThat(fake.text("kubepods/pod1/cpu.weight")).isEqualTo("100");
    assertThat(fake.text("kubepods/pod1/c1/cpu.weight")).isEqualTo("59");
    assertThat(fake.text("kubepods/pod1/c1/cgroup.subtree_control")).isEmpty();
    assertThat(cgroups.readBack(dirs).memory())
        .isEqualTo(new Memory(Asked.MIB << 6, Asked.MIB << 6));
    assertThat(cgroups.readBack(dirs).cpu())
        .isEqualTo(new Cpu(CpuWeight.toShares(59), 20_000L, 50_000L, "0", "0"));
    assertThat(cgroups.readBack(dirs).pids()).isEqualTo(new Pids(40));
    fake.written.clear();
    cgroups.create(cgroups.directories("/kubepods/pod1", "c2"), OciResources.NONE);
    assertThat(fake.written).isEmpty();
  }

  @Test
  void aControllerThatIsNotThereIsNamed() throws Exception {
    FakeCgroups fake = FakeCgroups.v2(root, "cpu pids");
    Cgroups cgroups = cgroups(fake);
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    assertThatThrownBy(() -> cgroups.create(dirs, Asked.memory(Asked.MIB, Asked.MIB)))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining("config.linux.resources.memory_limit_in_bytes")
        .hasMessageContaining("controller memory");
    assertThat(root.resolve("kubepods")).doesNotExist();
    // The kubelet sends a limit of 0 for every size; only a real limit needs the controller.
    cgroups.create(dirs, Asked.hugepages("2MB", 0));
  }

  @Test
  void aFileThatThisKernelLacksIsTheRequestsMistake() throws Exception {
    FakeCgroups fake = FakeCgroups.v2(root, ALL);
    Cgroups cgroups = cgroups(fake);
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    assertThatThrownBy(() -> cgroups.create(dirs, Asked.hugepages("4MB", 9)))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("hugepage_limits \"4MB=9\"");
    assertThatThrownBy(() -> cgroups.create(dirs, Asked.unified(Map.of("io.latency", "x"))))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("unified[io.latency] \"x\"");
    assertThat(root.resolve("kubepods")).doesNotExist();
  }

  @Test
  void versionOneCopiesProcessorsFromAbove() throws Exception {
    FakeCgroups fake = FakeCgroups.v1(root);
    Cgroups cgroups = cgroups(fake);
    cgroups.create(cgroups.directories("/kubepods/pod1", "c1"), OciResources.NONE);
    assertThat(fake.text("cpuset/kubepods/pod1/c1/cpuset.cpus")).isEqualTo("0-1");
    assertThat(fake.text("cpuset/kubepods/pod1/c1/cpuset.mems")).isEqualTo("0");
    assertThat(fake.written).allMatch(write -> write.startsWith("cpuset/"));
  }

  @Test
  void nothingIsWrittenIntoTheKubeletsParent() throws Exception {
    FakeCgroups fake = FakeCgroups.v1(root);
    Cgroups cgroups = cgroups(fake);
    cgroups.prepareParent("/kubepods/pod1");
    fake.written.clear();
    Made made = cgroups.create(cgroups.directories("/kubepods/pod1", "c1"), Asked.ordinary());
    assertThat(made.parents()).isEmpty();
    assertThat(fake.written).allMatch(write -> write.contains("/kubepods/pod1/c1/"));
  }

  @Test
  void aRefusedValueLeavesNothing() throws Exception {
    FakeCgroups fake = FakeCgroups.v1(root);
    Cgroups cgroups = cgroups(fake);
    fake.refuse("devices.allow", Errno.EPERM);
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    assertThatThrownBy(() -> cgroups.create(dirs, Asked.ordinary()))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("config.devices")
        .hasMessageContaining("EPERM");
    assertThat(cgroups.parentDirectories("/kubepods")).allMatch(dir -> !Files.exists(Path.of(dir)));
  }

  @Test
  void whatWasThereBeforeStays() throws Exception {
    Cgroups cgroups = cgroups(FakeCgroups.v1(root));
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    cgroups.create(dirs, OciResources.NONE);
    assertThatThrownBy(() -> cgroups.create(dirs, OciResources.NONE))
        .isInstanceOf(Fault.AlreadyExists.class);
    assertThat(dirs).allMatch(dir -> Files.exists(Path.of(dir)));
  }

  @Test
  void changesAreTakenBackWhenOneIsRefused() throws Exception {
    FakeCgroups fake = FakeCgroups.v2(root, ALL);
    Cgroups cgroups = cgroups(fake);
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    cgroups.create(dirs, Asked.ordinary());
    OciResources before = cgroups.readBack(dirs);
    fake.refuse("pids.max", Errno.EINVAL);
    var wanted = Asked.of(new Memory(7L, 7L), new Cpu(9L, 1000L, null, null, null), new Pids(3));
    assertThatThrownBy(() -> cgroups.update(dirs, wanted))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("linux.unified[pids.max] \"3\"");
    assertThat(cgroups.readBack(dirs)).isEqualTo(before);
    cgroups.update(dirs, Asked.of(null, new Cpu(null, null, 25_000L, null, null), null));
    assertThat(fake.text("kubepods/pod1/c1/cpu.max")).isEqualTo("20000 25000");
  }

  @Test
  void aBusyDirectoryIsTriedAgainForTwoSeconds() throws Exception {
    FakeCgroups fake = FakeCgroups.v2(root, ALL);
    var naps = new AtomicInteger();
    var later =
        new FakeNap(
            () -> {
              if (naps.incrementAndGet() == 5) {
                fake.free();
              }
            });
    var cgroups = new Cgroups(fake.layout(), "t", fake, later);
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    cgroups.create(dirs, OciResources.NONE);
    cgroups.createExec(cgroups.execDirectories(dirs, "e1"));
    fake.busy("/exec-e1");
    cgroups.remove(dirs);
    assertThat(root.resolve("kubepods/pod1/c1")).doesNotExist();
    cgroups.create(dirs, OciResources.NONE);
    fake.busy("/c1");
    assertThatThrownBy(() -> cgroups.remove(dirs))
        .isInstanceOf(Fault.DeadlineExceeded.class)
        .hasMessageContaining("kubepods/pod1/c1");
    assertThat(later.now()).isBetween(2_000_000_000L, 2_200_000_000L);
  }

  @Test
  void killIsOneWriteOnVersionTwo() throws Exception {
    FakeCgroups fake = FakeCgroups.v2(root, ALL);
    Cgroups cgroups = cgroups(fake);
    List<String> dirs = cgroups.directories("/kubepods/pod1", "c1");
    cgroups.create(dirs, OciResources.NONE);
    fake.written.clear();
    cgroups.kill(dirs);
    assertThat(fake.written).containsExactly("kubepods/pod1/c1/cgroup.kill=1");
  }

  private static Cgroups cgroups(FakeCgroups fake) throws IOException {
    return new Cgroups(fake.layout(), "t", fake, new FakeNap(() -> {}));
  }
}
