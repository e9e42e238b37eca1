package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plans that cannot be: what is said, when, and that nothing stays. */
final class ShimErrorsKernelTest {
  private static final int ENOENT = 2;
  private static final int ENOEXEC = 8;
  private static final int EACCES = 13;
  private static final int ENOTDIR = 20;
  private static final int EISDIR = 21;

  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(ShimBench.pod());
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      try (ShimBench closing = bench) {
        assertThat(closing.shim.inventory().containers())
            .noneMatch(c -> c.state() != Inventory.State.EXITED);
      }
    }
  }

  private ShimFailure create(ContainerPlan plan) {
    return catchThrowableOfType(ShimFailure.class, () -> bench.shim.create(plan));
  }

  private ShimFailure createOf(String... command) throws Exception {
    return create(bench.plan("c1", ShimBench.process(command)));
  }

  private static void isMistake(ShimFailure failure, int errno, String detail) {
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(failure.errno()).as(failure.getMessage()).isEqualTo(errno);
    assertThat(failure.detail()).isEqualTo(detail);
  }

  @Test
  void aMissingCommandIsCreatesError() throws Exception {
    isMistake(createOf("no-such-command"), ENOENT, "no-such-command");
    isMistake(createOf("/no/such/command"), ENOENT, "/no/such/command");
    isMistake(createOf("./nothing"), ENOENT, "./nothing");
  }

  @Test
  void aCommandThatMayNotRunIsCreatesError() throws Exception {
    isMistake(createOf("/etc/data"), EACCES, "/etc/data");
    isMistake(createOf("/etc"), EISDIR, "/etc");
  }

  @Test
  void magicLinksAreNoCommands() throws Exception {
    ShimFailure failure = createOf("/proc/self/exe");
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
  }

  @Test
  void aFileThatIsNoProgramIsStartsError() throws Exception {
    bench.shim.create(bench.plan("c1", ShimBench.process("/bin/garbage")));
    isMistake(
        catchThrowableOfType(ShimFailure.class, () -> bench.shim.start("c1")),
        ENOEXEC,
        "/bin/garbage");
    assertThat(bench.awaitExit("c1").reason()).isEqualTo("start failed");
    bench.shim.remove("c1");
  }

  @Test
  void aWorkingDirectoryThatIsAFileIsCreatesError() throws Exception {
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "true")).process(p -> PlanEdit.in(p, "/etc/data")).plan();
    isMistake(create(plan), ENOTDIR, "/etc/data");
  }

  @Test
  void aMissingMountSourceIsCreatesError() throws Exception {
    Path missing = bench.dir.resolve("no/such/source");
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "true"))
            .mount(ShimIsolationKernelTest.bind(missing, "/x", Set.of()))
            .plan();
    isMistake(create(plan), ENOENT, missing.toString());
  }

  @Test
  void aDirectoryDoesNotFitOverAFile() throws Exception {
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "true"))
            .mount(ShimIsolationKernelTest.bind(bench.dir, "/etc/data", Set.of()))
            .plan();
    isMistake(create(plan), ENOTDIR, "/etc/data");
  }

  @Test
  void mountsOverProcAreRefused() throws Exception {
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "true"))
            .mount(ShimIsolationKernelTest.bind(bench.dir, "/proc/self/attr", Set.of()))
            .plan();
    assertThat(create(plan).kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
  }

  @Test
  void anImageWithALinkForProcIsRefused() throws Exception {
    Files.delete(bench.root.resolve("proc"));
    Files.createSymbolicLink(bench.root.resolve("proc"), Path.of("/tmp"));
    ShimFailure failure = create(bench.plan("c1", "true"));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(failure.detail()).isEqualTo("/proc");
  }

  @Test
  void anImageWithALinkForDevStaysInside() throws Exception {
    Path outside = Files.createDirectories(bench.dir.resolve("outside"));
    Files.delete(bench.root.resolve("dev"));
    Files.createSymbolicLink(bench.root.resolve("dev"), outside);
    assertThat(create(bench.plan("c1", "true")).kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aLinkUpwardsCannotLeadAMountOut() throws Exception {
    Path outside = Files.createDirectories(bench.dir.resolve("outside"));
    Files.createSymbolicLink(bench.root.resolve("up"), Path.of("../../../../../../.." + outside));
    ContainerPlan plan =
        PlanEdit.of(bench.plan("c1", "true"))
            .mount(new MountOp.Tmpfs("/up/new/place", Set.of(), 0, 0755))
            .plan();
    assertThat(create(plan).kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aLogThatCannotBeOpenedIsCreatesError() throws Exception {
    Path file = Files.writeString(bench.dir.resolve("file"), "");
    StdioPlan stdio = new StdioPlan(file + "/log", false, false, 16384);
    isMistake(
        create(PlanEdit.of(bench.plan("c1", "true")).stdio(stdio).plan()), ENOTDIR, file + "/log");
  }

  @Test
  void aLogThatIsALinkIsRefused() throws Exception {
    Path target = bench.dir.resolve("target");
    Files.createSymbolicLink(bench.log("c1"), target);
    assertThat(create(bench.plan("c1", "true")).kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(target).doesNotExist();
  }

  @Test
  void unknownContainersAreNotFound() {
    for (ShimFailure failure :
        List.of(
            catchThrowableOfType(ShimFailure.class, () -> bench.shim.start("x")),
            catchThrowableOfType(ShimFailure.class, () -> bench.shim.kill("x")),
            catchThrowableOfType(ShimFailure.class, () -> bench.shim.reopenLog("x")),
            catchThrowableOfType(ShimFailure.class, () -> bench.shim.signal("x", 15, false)))) {
      assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.NOT_FOUND);
    }
  }

  @Test
  void afterAFailureTheSameNameCanBeUsed() throws Exception {
    isMistake(createOf("no-such-command"), ENOENT, "no-such-command");
    assertThat(bench.run(bench.plan("c1", "exit 9")).status()).isEqualTo(9);
  }
}
