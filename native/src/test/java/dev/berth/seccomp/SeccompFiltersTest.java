package dev.berth.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.fault.Fault;
import dev.berth.kernel.Architecture;
import dev.berth.kernel.Errno;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Libseccomp;
import dev.berth.shim.FilterProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What profiles mean, by running their programs. */
class SeccompFiltersTest {

  private static final int ALLOW = SeccompAction.allow().value();
  private static final int EPERM = SeccompAction.errno(Errno.EPERM).value();
  private static final int ENOSYS = SeccompAction.errno(Errno.ENOSYS).value();
  private static final long SYS_ADMIN = 1L << 21;

  private final SeccompFilters filters = new SeccompFilters(Kernel.linux());
  private final List<FilterArchitecture> architectures =
      FilterArchitecture.of(Architecture.current());

  @BeforeEach
  void needsLibrary() {
    assumeTrue(filters.available(), "libseccomp.so.2 is not installed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read",
        "openat",
        "execve",
        "futex",
        "mmap",
        "getxattr",
        "ptrace",
        "mknodat",
        "rseq",
        "cachestat",
        "fchmodat2",
        "mseal",
        "file_getattr",
        "sched_setattr",
        "memfd_create"
      })
  void ordinaryCallsAreAllowed(String name) {
    assertThat(judge(0, name)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount",
        "fsopen",
        "open_tree",
        "unshare",
        "setns",
        "bpf",
        "perf_event_open",
        "keyctl",
        "add_key",
        "request_key",
        "userfaultfd",
        "io_uring_setup",
        "kexec_load",
        "init_module",
        "reboot",
        "swapon",
        "pivot_root",
        "chroot",
        "open_by_handle_at",
        "pidfd_getfd",
        "syslog",
        "settimeofday",
        "acct",
        "sethostname",
        "statmount",
        "open_tree_attr",
        "quotactl",
        "process_madvise"
      })
  void callsThatNeedACapabilityAreNot(String name) {
    assertThat(judge(0, name)).isEqualTo(EPERM);
  }

  @Test
  void capabilitiesGiveTheirCalls() {
    assertThat(judge(SYS_ADMIN, "mount")).isEqualTo(ALLOW);
    assertThat(judge(SYS_ADMIN, "statmount")).isEqualTo(ALLOW);
    assertThat(judge(SYS_ADMIN, "clone3")).isEqualTo(ALLOW);
    assertThat(judge(SYS_ADMIN, "clone", 0x10000000)).isEqualTo(ALLOW);
    assertThat(judge(1L << 18, "chroot")).isEqualTo(ALLOW);
    assertThat(judge(1L << 19, "pidfd_getfd")).isEqualTo(ALLOW);
    assertThat(judge(1L << 2, "open_by_handle_at")).isEqualTo(ALLOW);
    assertThat(judge(1L << 19, "mount")).isEqualTo(EPERM);
  }

  @Test
  void cloneMakesNoNamespaces() {
    assertThat(judge(0, "clone", 17)).isEqualTo(ALLOW);
    assertThat(judge(0, "clone", 0x3d0f00)).isEqualTo(ALLOW);
    long[] namespaces = {
      0x02000000L, 0x04000000L, 0x08000000L, 0x10000000L, 0x20000000L, 0x40000000L, 0x00020000L
    };
    for (long flag : namespaces) {
      assertThat(judge(0, "clone", flag | 17)).isEqualTo(EPERM);
    }
    assertThat(judge(0, "clone3")).isEqualTo(ENOSYS);
  }

  @Test
  void socketFamiliesAreJudgedByWhatTheKernelSees() {
    for (int family : new int[] {1, 2, 10, 16, 17, 39, 41}) {
      assertThat(judge(0, "socket", family)).isEqualTo(ALLOW);
    }
    for (int family : new int[] {38, 40}) {
      assertThat(judge(0, "socket", family)).isEqualTo(EPERM);
      assertThat(judge(0, "socket", (7L << 32) | family)).isEqualTo(EPERM);
      assertThat(judge(SYS_ADMIN, "socket", family)).isEqualTo(EPERM);
    }
    assertThat(judge(0, "bind", 38)).isEqualTo(ALLOW);
  }

  @Test
  void personalityTakesFiveValues() {
    for (long kind : new long[] {0, 8, 0x20000, 0x20008, 0xffffffffL, -1}) {
      assertThat(judge(0, "personality", kind)).isEqualTo(ALLOW);
    }
    assertThat(judge(0, "personality", 0x0040000)).isEqualTo(EPERM);
  }

  @Test
  void callsNewerThanTheListAreMissing() {
    int own = architectures.getFirst().token();
    assertThat(machine(0).run(own, NewCalls.NEWEST + 1)).isEqualTo(ENOSYS);
    assertThat(machine(0).run(own, NewCalls.NEWEST)).isEqualTo(ALLOW);
    assertThat(machine(0).run(own, 0x40000000)).isEqualTo(ENOSYS);
    assertThat(machine(0).run(0x80000016, 1)).isEqualTo(ENOSYS);
  }

  @Test
  void theOtherArchitectureOfTheMachineIsJudgedAsWell() {
    assumeTrue(Architecture.current() == Architecture.X86_64, "numbers of 32-bit x86");
    FilterMachine machine = machine(0);
    int x86 = FilterArchitecture.X86.token();
    assertThat(machine.run(x86, 3)).isEqualTo(ALLOW);
    assertThat(machine.run(x86, 21)).isEqualTo(EPERM);
    assertThat(machine.run(x86, 120, 17)).isEqualTo(ALLOW);
    assertThat(machine.run(x86, 120, 0x10000000)).isEqualTo(EPERM);
    assertThat(machine.run(x86, 359, 2)).isEqualTo(ALLOW);
    assertThat(machine.run(x86, 359, 38)).isEqualTo(EPERM);
    assertThat(machine.run(x86, 102, 3)).isEqualTo(ALLOW);
    assertThat(machine.run(x86, 102, 1)).isEqualTo(EPERM);
    assertThat(machine.run(x86, 451)).isEqualTo(ALLOW);
    assertThat(machine.run(x86, 500)).isEqualTo(ENOSYS);
  }

  @Test
  void aForeignProfileMeansWhatItSays() {
    var write = new SeccompCondition(0, SeccompCondition.Operator.GREATER, 2, 0);
    var profile =
        new SeccompProfile(
            SeccompAction.errno(Errno.EPERM),
            List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_S390X"),
            List.of(
                new SeccompRule(
                    List.of("read", "no_such_call", "mseal"), SeccompAction.allow(), List.of()),
                new SeccompRule(List.of("write"), new SeccompAction.Log(), List.of(write)),
                new SeccompRule(List.of("close"), new SeccompAction.KillProcess(), List.of())));
    FilterMachine machine = new FilterMachine(filters.of(profile).bytes());
    assertThat(judge(machine, "read")).isEqualTo(ALLOW);
    assertThat(judge(machine, "mseal")).isEqualTo(ALLOW);
    assertThat(judge(machine, "write", 1)).isEqualTo(EPERM);
    assertThat(judge(machine, "write", 3)).isEqualTo(new SeccompAction.Log().value());
    assertThat(judge(machine, "close")).isEqualTo(0x80000000);
    assertThat(judge(machine, "openat")).isEqualTo(EPERM);
    assertThat(machine.run(architectures.getFirst().token(), 463)).isEqualTo(ENOSYS);
    assertThat(machine.run(architectures.getLast().token(), 3)).isEqualTo(ENOSYS);
  }

  @Test
  void anAllowingProfileAlsoAllowsWhatIsNew() {
    var profile =
        new SeccompProfile(
            SeccompAction.allow(),
            List.of(),
            List.of(new SeccompRule(List.of("mkdirat"), SeccompAction.errno(13), List.of())));
    FilterMachine machine = new FilterMachine(filters.of(profile).bytes());
    assertThat(judge(machine, "mkdirat")).isEqualTo(SeccompAction.errno(13).value());
    assertThat(machine.run(architectures.getFirst().token(), 600)).isEqualTo(ALLOW);
  }

  @Test
  void oneArgumentComparedTwiceIsEither() {
    var one = new SeccompCondition(1, SeccompCondition.Operator.EQUAL, 1, 0);
    var two = new SeccompCondition(1, SeccompCondition.Operator.EQUAL, 2, 0);
    var rule = new SeccompRule(List.of("mkdirat"), SeccompAction.allow(), List.of(one, two));
    var profile = new SeccompProfile(SeccompAction.errno(Errno.EPERM), List.of(), List.of(rule));
    FilterMachine machine = new FilterMachine(filters.of(profile).bytes());
    assertThat(judge(machine, "mkdirat", 0, 2)).isEqualTo(ALLOW);
    assertThat(judge(machine, "mkdirat", 0, 3)).isEqualTo(EPERM);
  }

  @Test
  void programsAreCompiledOnceAndShort() {
    long begin = System.nanoTime();
    FilterProgram first = filters.runtimeDefault(0xa80425fbL);
    long compiled = System.nanoTime();
    FilterProgram second = filters.runtimeDefault(0xa80425fbL | (1L << 10));
    long found = System.nanoTime();
    assertThat(second).isSameAs(first);
    FilterMachine machine = new FilterMachine(first.bytes());
    judge(machine, "futex");
    System.out.printf(
        "measured: default filter %d instructions, compiled in %d µs, found in %d ns,"
            + " %d steps for futex%n",
        machine.instructions(), (compiled - begin) / 1000, found - compiled, machine.steps());
    assertThat(machine.steps()).isLessThan(100);
    assertThat(machine.instructions()).isLessThan(2000);
  }

  @Test
  void programsOutliveTheDaemonAndDamageIsNoticed(@TempDir Path folder) throws Exception {
    Path kept = folder.resolve("filters");
    FilterProgram first = new SeccompFilters(Kernel.linux(), kept).runtimeDefault(0);
    long begin = System.nanoTime();
    assertThat(new SeccompFilters(Kernel.linux(), kept).runtimeDefault(0)).isEqualTo(first);
    System.out.printf("measured: read back in %d µs%n", (System.nanoTime() - begin) / 1000);
    Path file;
    try (var files = Files.list(kept)) {
      file = files.toList().getFirst();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThat(new SeccompFilters(Kernel.linux(), kept).runtimeDefault(0)).isEqualTo(first);
    assertThat(new SeccompFilters(Kernel.linux(), kept).runtimeDefault(SYS_ADMIN))
        .isNotEqualTo(first);
    try (var files = Files.list(kept)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void aMissingLibraryIsSaid() {
    var without = new SeccompFilters(Optional::<Libseccomp>empty, Optional.empty());
    assertThat(without.available()).isFalse();
    assertThatThrownBy(() -> without.runtimeDefault(0))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining("libseccomp.so.2 is not installed");
  }

  @Test
  void namesOfActionsAndOperators() {
    assertThat(SeccompAction.of("SCMP_ACT_ERRNO", 5)).isEqualTo(SeccompAction.errno(5));
    assertThat(SeccompAction.of("SCMP_ACT_TRACE", 1).value()).isEqualTo(0x7ff00001);
    assertThatThrownBy(() -> SeccompAction.of("SCMP_ACT_NOTIFY", 0))
        .hasMessageContaining("SCMP_ACT_NOTIFY");
    assertThat(SeccompCondition.Operator.of("SCMP_CMP_MASKED_EQ"))
        .isEqualTo(SeccompCondition.Operator.MASKED_EQUAL);
  }

  private FilterMachine machine(long capabilities) {
    return new FilterMachine(filters.runtimeDefault(capabilities).bytes());
  }

  private int judge(long capabilities, String name, long... arguments) {
    return judge(machine(capabilities), name, arguments);
  }

  private int judge(FilterMachine machine, String name, long... arguments) {
    int own = architectures.getFirst().token();
    int number = Libseccomp.load(Kernel.linux().io()).orElseThrow().number(own, name);
    if (number == Libseccomp.UNKNOWN_CALL) {
      number = NewCalls.number(name).orElseThrow();
    }
    assertThat(number).as("%s is not a call of this machine", name).isNotNegative();
    return machine.run(own, number, arguments);
  }
}
