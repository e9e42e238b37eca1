package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.kernel.Errno;
import dev.berth.kernel.FilteredThread;
import dev.berth.kernel.Kernel;
import dev.berth.seccomp.SeccompAction;
import dev.berth.seccomp.SeccompCondition;
import dev.berth.seccomp.SeccompFilters;
import dev.berth.seccomp.SeccompProfile;
import dev.berth.seccomp.SeccompRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shim on an older kernel: a filter refuses what newer ones have, so that each way around it is
 * taken. What is refused, and since when it is there:
 *
 * <ul>
 *   <li>uname: the shim then takes the kernel for one before 6.15, on which a detached mount cannot
 *       be cloned, and keeps the pod's shared memory attached;
 *   <li>open_tree of a descriptor: the same for the device that masks files;
 *   <li>fsconfig with a descriptor: layers by descriptor (6.13), proc of another PID namespace
 *       (6.17);
 *   <li>execveat with AT_EXECVE_CHECK (6.14).
 * </ul>
 */
@Timeout(60)
class ShimFallbackKernelTest {
  private static final long CLONE_OF_DESCRIPTOR = 0x1000 | 0x80000 | 1;
  private static final long EXECVE_CHECK = 0x10000;
  private static final long SET_FD = 5;

  private static final Namespaces SHARED =
      new Namespaces(
          NamespaceMode.POD,
          NamespaceMode.POD,
          NamespaceMode.POD,
          NamespaceMode.POD,
          NamespaceMode.NEW,
          null);

  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    ShimBench.requireMachine();
    var filters = new SeccompFilters(Kernel.linux());
    assumeTrue(filters.available(), "libseccomp.so.2 is not installed");
    var pod = new PodPlan(true, true, true, true, "older", PodPlan.DEFAULT_SHM_BYTES, Map.of());
    bench = FilteredThread.call(filters.of(older()), () -> ShimBench.open(pod));
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  private static SeccompProfile older() {
    return new SeccompProfile(
        SeccompAction.of("SCMP_ACT_ALLOW", 0),
        List.of(),
        List.of(
            refused("uname", Errno.ENOSYS),
            refused("open_tree", Errno.EINVAL, equal(2, CLONE_OF_DESCRIPTOR)),
            refused("fsconfig", Errno.EINVAL, equal(1, SET_FD)),
            refused("execveat", Errno.EINVAL, flag(4, EXECVE_CHECK))));
  }

  private static SeccompRule refused(String call, int errno, SeccompCondition... conditions) {
    return new SeccompRule(
        List.of(call), SeccompAction.of("SCMP_ACT_ERRNO", errno), List.of(conditions));
  }

  private static SeccompCondition equal(int argument, long value) {
    return new SeccompCondition(argument, SeccompCondition.Operator.of("SCMP_CMP_EQ"), value, 0);
  }

  private static SeccompCondition flag(int argument, long flag) {
    return new SeccompCondition(
        argument, SeccompCondition.Operator.of("SCMP_CMP_MASKED_EQ"), flag, flag);
  }

  @Test
  void sharedMemoryIsThePodsAndMasksHold() throws Exception {
    String said =
        bench.output(
            bench.plan(
                "one",
                "echo shared > /dev/shm/x; stat -f -c %T /dev/shm; wc -c < /proc/interrupts;"
                    + " ls /proc/acpi /sys/firmware 2>/dev/null | grep -v : | wc -w"));
    assertThat(said).startsWith("tmpfs\n0\n");
    assertThat(bench.output(bench.plan("two", "cat /dev/shm/x"))).isEqualTo("shared\n");
  }

  @Test
  void sharedProcessesAreSeen() throws Exception {
    ContainerPlan looks =
        PlanEdit.of(bench.plan("b", "cat /proc/1/comm; echo $$")).namespaces(SHARED).plan();
    assertThat(bench.output(looks)).startsWith("pause\n");
  }

  @Test
  void aPartOfAnImageIsMountedAndTheMachineDoesNotSeeIt(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("upper/dir"));
    Files.writeString(folder.resolve("upper/dir/a"), "upper\n");
    Files.createDirectories(folder.resolve("lower/dir"));
    Files.writeString(folder.resolve("lower/dir/b"), "lower\n");
    List<String> layers =
        List.of(folder.resolve("upper").toString(), folder.resolve("lower").toString());
    ContainerPlan plan =
        PlanEdit.of(bench.plan("d", "cat /image/a /image/b; touch /image/c"))
            .mount(new MountOp.Image("/image", Set.of(), layers, "/dir"))
            .plan();
    assertThat(bench.output(plan)).startsWith("upper\nlower\n").contains("Read-only");
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
  }

  @Test
  void aCommandThatMayNotRunIsStillCreatesError() throws Exception {
    ContainerPlan plan = bench.plan("c", ShimBench.process("/etc/data"));
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                ShimFailure.class, () -> bench.shim.create(plan)))
        .hasMessageContaining("/etc/data");
  }
}
