package dev.berth.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CgroupLayoutTest {

  private static final String OTHERS =
      """
      21 27 0:19 / /sys rw,nosuid shared:7 - sysfs sysfs rw
      22 27 0:20 / /proc rw shared:13 - proc proc rw
      27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
      28 21 0:24 / /sys/fs/cgroup ro shared:9 - tmpfs tmpfs ro,mode=755
      """;

  private static final String UNIFIED =
      "30 21 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

  @Test
  void versionTwoIsOneDirectory() {
    CgroupLayout layout = CgroupLayout.parse(OTHERS + UNIFIED);
    assertThat(layout.kind()).isEqualTo(CgroupLayout.Kind.V2);
    assertThat(layout.containerRoots()).containsExactly("/sys/fs/cgroup");
    assertThat(new Cgroups(layout, "0a1b2c3d").directories("/kubepods/pod1", "c1"))
        .containsExactly("/sys/fs/cgroup/kubepods/pod1/c1");
  }

  @Test
  void controllersThatShareAHierarchyShareADirectory() {
    CgroupLayout layout =
        CgroupLayout.parse(
            OTHERS
                + """
                31 28 0:27 / /sys/fs/cgroup/systemd rw shared:10 - cgroup cgroup rw,xattr,name=systemd
                34 28 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:14 - cgroup cgroup rw,cpu,cpuacct
                35 28 0:31 / /sys/fs/cgroup/net_cls,net_prio rw - cgroup cgroup rw,net_cls,net_prio
                36 28 0:32 / /sys/fs/cgroup/memory rw shared:16 - cgroup cgroup rw,memory
                """);
    assertThat(layout.kind()).isEqualTo(CgroupLayout.Kind.V1);
    assertThat(layout.root("cpu")).isEqualTo(layout.root("cpuacct")).contains(cpu());
    assertThat(layout.containerRoots())
        .containsExactly(cpu(), "/sys/fs/cgroup/memory", "/sys/fs/cgroup/net_cls,net_prio");
    assertThat(layout.shimRoots()).hasSize(4).contains("/sys/fs/cgroup/systemd");
  }

  private static String cpu() {
    return "/sys/fs/cgroup/cpu,cpuacct";
  }

  @Test
  void onAHybridTheUnifiedDirectoryComesLast() {
    CgroupLayout layout =
        CgroupLayout.parse(
            """
            33 31 0:30 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            38 31 0:35 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
            """);
    assertThat(layout.kind()).isEqualTo(CgroupLayout.Kind.HYBRID);
    var cgroups = new Cgroups(layout, "0a1b2c3d");
    List<String> dirs = cgroups.directories(cgroups.parent("", "p1"), "c1");
    String below = "/berth-0a1b2c3d/pods/p1/c1";
    assertThat(dirs)
        .containsExactly(
            "/sys/fs/cgroup/cpu" + below,
            "/sys/fs/cgroup/freezer" + below,
            "/sys/fs/cgroup/unified" + below);
    assertThat(cgroups.execDirectories(dirs, "e1"))
        .containsExactly(
            "/sys/fs/cgroup/cpu" + below,
            "/sys/fs/cgroup/freezer" + below + "/exec-e1",
            "/sys/fs/cgroup/unified" + below + "/exec-e1");
    assertThat(cgroups.shimDirectories())
        .hasSize(4)
        .contains("/sys/fs/cgroup/systemd/berth-0a1b2c3d/shims");
  }

  @Test
  void aSystemdTreeBesideVersionTwoHasNoController() {
    CgroupLayout layout =
        CgroupLayout.parse(UNIFIED + "40 31 0:37 / /cg/systemd rw - cgroup cgroup rw,name=systemd");
    assertThat(layout.kind()).isEqualTo(CgroupLayout.Kind.V2);
  }

  @Test
  void theMountOfTheWholeHierarchyWins() {
    CgroupLayout layout =
        CgroupLayout.parse(
            """
            33 31 0:30 /docker/abc /a/cpu rw - cgroup cgroup rw,cpu
            34 31 0:30 / /with\\040blank/cpu rw - cgroup cgroup rw,cpu
            35 31 0:30 / /c/cpu rw - cgroup cgroup rw,cpu
            """);
    assertThat(layout.root("cpu")).contains("/with blank/cpu");
  }

  @Test
  void withoutControllersThereIsNothingToRunOn() {
    assertThatThrownBy(() -> CgroupLayout.parse(OTHERS))
        .isInstanceOf(Fault.FailedPrecondition.class);
  }

  @Test
  void aSliceIsForAnotherDriver() {
    var cgroups = new Cgroups(CgroupLayout.parse(UNIFIED), "0a1b2c3d");
    assertThatThrownBy(() -> cgroups.parent("kubepods-pod1.slice", "p1"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("config.linux.cgroup_parent \"kubepods-pod1.slice\"");
    assertThat(cgroups.directories(cgroups.parent("/", "p1"), "c1"))
        .containsExactly("/sys/fs/cgroup/c1");
  }
}
