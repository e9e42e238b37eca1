package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.shim.MountFlag;
import dev.berth.shim.MountOp;
import dev.berth.spec.HostFiles.Spread;
import dev.berth.spec.oci.OciMount;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {
  private static final FakeHost HOST =
      new FakeHost()
          .directory("/data")
          .directory("/proc")
          .directory("/dev")
          .file("/etc/hosts")
          .link("/link", "/real/data")
          .spread("/shared", Spread.SHARED)
          .spread("/slave", Spread.SLAVE);

  private static List<OciMount> mounts(String mounts) {
    return Requests.translate("{'mounts': " + mounts + "}", HOST).oci().mounts();
  }

  private static OciMount only(String mount) {
    return mounts("[" + mount + "]").stream()
        .filter(m -> m.destination().equals("/x"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void deeperComesLaterAndEqualDepthKeepsItsOrder() {
    assertThat(
            mounts(
                "[{'host_path': '/data', 'container_path': '/a/b/c'},"
                    + " {'host_path': '/data', 'container_path': '/z'},"
                    + " {'host_path': '/data', 'container_path': '/a/b'},"
                    + " {'host_path': '/data', 'container_path': '/a/'}]"))
        .extracting(OciMount::destination)
        .containsExactly(
            "/proc",
            "/dev",
            "/sys",
            "/z",
            "/a",
            "/dev/pts",
            "/dev/mqueue",
            "/dev/shm",
            "/etc/hostname",
            "/etc/hosts",
            "/etc/resolv.conf",
            "/a/b",
            "/sys/fs/cgroup",
            "/a/b/c");
  }

  @Test
  void aMountOfTheRequestReplacesTheStandardOne() {
    List<OciMount> mounts =
        mounts(
            "[{'host_path': '/etc/hosts', 'container_path': '/etc/./hosts'},"
                + " {'host_path': '/data', 'container_path': '/dev/shm'}]");
    assertThat(mounts).filteredOn(m -> m.destination().equals("/etc/hosts")).hasSize(1);
    assertThat(mounts)
        .filteredOn(m -> m.destination().equals("/dev/shm"))
        .singleElement()
        .extracting(OciMount::source)
        .isEqualTo("/data");
  }

  @Test
  void aDevOfTheRequestKeepsOursOutOfIt() {
    assertThat(mounts("[{'host_path': '/dev', 'container_path': '/dev'}]"))
        .extracting(OciMount::destination)
        .containsExactly(
            "/proc",
            "/sys",
            "/dev",
            "/etc/hostname",
            "/etc/hosts",
            "/etc/resolv.conf",
            "/sys/fs/cgroup");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'host_path': '/data', 'container_path': '/x'} | rbind rprivate rw",
        "{'host_path': '/data', 'container_path': '/x', 'readonly': true} | rbind rprivate ro",
        "{'host_path': '/data', 'container_path': '/x', 'readonly': true,"
            + " 'recursive_read_only': true} | rbind rprivate rro",
        "{'host_path': '/shared', 'container_path': '/x',"
            + " 'propagation': 'PROPAGATION_BIDIRECTIONAL'} | rbind rshared rw",
        "{'host_path': '/slave', 'container_path': '/x',"
            + " 'propagation': 'PROPAGATION_HOST_TO_CONTAINER'} | rbind rslave rw",
        "{'host_path': '/data', 'container_path': '/x', 'selinux_relabel': true,"
            + " 'mount_options': ['noexec', 'nosuid']} | rbind rprivate rw noexec nosuid",
      })
  void options(String mount, String options) {
    assertThat(only(mount).options()).containsExactly(options.split(" "));
  }

  @Test
  void anImageIsItsLayersReadOnly() {
    OciMount whole =
        only(
            "{'image': {'image': 'i'}, 'container_path': '/x', 'image_sub_path': './',"
                + " 'mount_options': ['noexec', 'nodev']}");
    assertThat(whole.type()).isEqualTo("overlay");
    assertThat(whole.options())
        .containsExactly("ro", "nosuid", "nodev", "noexec", "lowerdir+=/l/2", "lowerdir+=/l/1");
    Set<MountFlag> flags =
        Set.of(MountFlag.READONLY, MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);
    assertThat(MountPlans.of(whole, "/shm"))
        .isEqualTo(new MountOp.Image("/x", flags, List.of("/l/2", "/l/1"), ""));
    OciMount part =
        only("{'image': {'image': 'i'}, 'container_path': '/x', 'image_sub_path': 'a//b/'}");
    assertThat(((MountOp.Image) MountPlans.of(part, "/shm")).part()).isEqualTo("/a/b");
  }

  @Test
  void aLinkIsFollowed() {
    assertThat(only("{'host_path': '/link', 'container_path': '/x'}").source())
        .isEqualTo("/real/data");
  }

  @Test
  void theMachinesProcMayBeThePods() {
    assertThat(mounts("[{'host_path': '/proc', 'container_path': '/proc'}]"))
        .filteredOn(m -> m.destination().equals("/proc"))
        .singleElement()
        .extracting(OciMount::type)
        .isEqualTo("bind");
    assertThat(mounts("[{'host_path': '/data', 'container_path': '/proc/meminfo'}]"))
        .extracting(OciMount::destination)
        .contains("/proc/meminfo");
  }

  @Test
  void theMountTableTellsHowMountsSpread() {
    MountTable table =
        MountTable.parse(
            """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            23 22 0:5 / /a\\040b rw master:3 - tmpfs tmpfs rw
            24 22 0:6 / /both rw shared:7 master:2 - tmpfs tmpfs rw
            25 22 0:7 / /alone rw - tmpfs shared:9 rw
            26 25 0:8 / /alone rw,relatime shared:4 - tmpfs tmpfs rw
            """);
    assertThat(table.spread("/etc")).isEqualTo(Spread.SHARED);
    assertThat(table.spread("/a b/c")).isEqualTo(Spread.SLAVE);
    assertThat(table.spread("/both")).isEqualTo(Spread.SHARED);
    assertThat(table.spread("/alone/x")).isEqualTo(Spread.SHARED);
    assertThat(table.spread("/aloner")).isEqualTo(Spread.SHARED);
  }
}
