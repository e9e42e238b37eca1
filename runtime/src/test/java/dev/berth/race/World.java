package dev.berth.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.cgroup.CgroupLayout;
import dev.berth.cgroup.Cgroups;
import dev.berth.container.ContainerTeardown;
import dev.berth.container.ExecPlans;
import dev.berth.container.ExecSync;
import dev.berth.container.OtherRuntimes;
import dev.berth.container.OutputSpill;
import dev.berth.container.RemoveContainer;
import dev.berth.container.StartContainer;
import dev.berth.container.StopContainer;
import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.RemoveContainerRequest;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.StartContainerRequest;
import dev.berth.cri.v1.StopContainerRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.fault.Fault;
import dev.berth.handler.Handlers;
import dev.berth.journal.Journal;
import dev.berth.kernel.Kernel;
import dev.berth.network.Attachment;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import dev.berth.sandbox.PodCgroups;
import dev.berth.sandbox.RemovePodSandbox;
import dev.berth.sandbox.SandboxTeardown;
import dev.berth.sandbox.StopPodSandbox;
import dev.berth.sandbox.StuckShims;
import dev.berth.shim.OutsidePrograms;
import dev.berth.state.Container;
import dev.berth.state.CreationClock;
import dev.berth.state.Exits;
import dev.berth.state.Ids;
import dev.berth.state.Layout;
import dev.berth.state.Leases;
import dev.berth.state.OomVictims;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.Trash;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.SandboxRecord;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** A pod with a container that runs and one that waits, and the verbs on them. */
final class World implements AutoCloseable {
  static final String POD = "pod";
  static final String RUNS = "runs";
  static final String WAITS = "waits";

  private final Layout layout;
  private final Cgroups cgroups;
  private final Journal journal;
  private final Pods pods;
  private final Exits exits;
  private final Path trashed;
  private final Trash trash;
  private final MemoryShim shim;
  private final MemoryNetwork network = new MemoryNetwork();
  private final LockWatcher locks = new LockWatcher();
  private final Sandbox sandbox;
  private final Verb<StartContainerRequest, ?> start;
  private final Verb<StopContainerRequest, ?> stop;
  private final Verb<RemoveContainerRequest, ?> remove;
  private final Verb<StopPodSandboxRequest, ?> stopPod;
  private final Verb<RemovePodSandboxRequest, ?> removePod;
  private final Verb<ExecSyncRequest, ?> exec;
  private final Queue<Throwable> bugs = new ConcurrentLinkedQueue<>();

  World(Path dir, Faults faults) throws IOException {
    layout = new Layout(dir.resolve("root"), dir.resolve("state"));
    Files.createDirectories(layout.containers());
    Files.createDirectories(layout.pod(POD));
    journal = Journal.open(layout.journal());
    pods = new Pods(journal);
    CreationClock clock = new CreationClock(Clock.systemUTC());
    exits = new Exits(pods, new OomVictims(Kernel.linux()), clock);
    trashed = dir.resolve("root/trash");
    trash = new Trash(trashed);
    shim = new MemoryShim((container, exit) -> exits.ended(container, exit));
    cgroups = below(dir.resolve("cgroup"));
    OtherRuntimes others =
        new OtherRuntimes(
            new Handlers(List.of()), pods, layout, cgroups, new OutsidePrograms(Kernel.linux()));
    ContainerTeardown containers =
        new ContainerTeardown(pods, layout, cgroups, others, new Leases(), exits, trash, faults);
    SandboxTeardown teardown =
        new SandboxTeardown(
            pods,
            layout,
            network,
            containers,
            new PodCgroups(cgroups),
            new StuckShims(cgroups, Kernel.linux().processes()),
            faults);
    start = new StartContainer(pods, others, clock, faults, () -> {});
    stop = new StopContainer(pods, containers, faults);
    remove = new RemoveContainer(pods, containers);
    StopPodSandbox stopper = new StopPodSandbox(pods, teardown);
    stopPod = stopper;
    removePod = new RemovePodSandbox(pods, stopper, teardown);
    exec =
        new ExecSync(
            pods,
            new Ids(),
            Kernel.linux(),
            new ExecPlans(cgroups, others),
            new OutputSpill(dir.resolve("spill")),
            faults);
    sandbox = populate();
    pods.watchedBy(locks);
  }

  private static Cgroups below(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new Cgroups(
        new CgroupLayout(CgroupLayout.Kind.V2, new TreeMap<>(), Optional.of(folder.toString())),
        "0");
  }

  private Sandbox populate() throws IOException {
    SandboxRecord.Builder pod = SandboxRecord.newBuilder().setId(POD);
    pod.getConfigBuilder().getMetadataBuilder().setName("web");
    Sandbox made = pods.intend(pod.build());
    made.up(shim, new Attachment(POD, "web", "memory", "link", "", List.of(), List.of()));
    container(made, RUNS).starting(1);
    container(made, WAITS);
    pods.container("id", RUNS).running();
    try {
      shim.start(RUNS);
    } catch (dev.berth.shim.ShimFailure e) {
      throw new IOException(e);
    }
    return made;
  }

  private Container container(Sandbox pod, String id) throws IOException {
    ContainerRecord.Builder record = ContainerRecord.newBuilder().setId(id).setSandboxId(POD);
    record.addAllCgroups(cgroups.directories(cgroups.parent("", POD), id));
    record.getConfigBuilder().getMetadataBuilder().setName(id);
    Container made = pods.intend(pod, record.build());
    for (String cgroup : record.getCgroupsList()) {
      Files.createDirectories(Path.of(cgroup));
    }
    Files.createDirectories(layout.disk(id).resolve("upper"));
    Files.createDirectories(layout.run(made));
    shim.has(id);
    made.waiting(1);
    return made;
  }

  Runnable start(String id) {
    return call(start, StartContainerRequest.newBuilder().setContainerId(id).build());
  }

  Runnable stop(String id) {
    return call(stop, StopContainerRequest.newBuilder().setContainerId(id).setTimeout(1).build());
  }

  Runnable remove(String id) {
    return call(remove, RemoveContainerRequest.newBuilder().setContainerId(id).build());
  }

  Runnable stopPod() {
    return call(stopPod, StopPodSandboxRequest.newBuilder().setPodSandboxId(POD).build());
  }

  Runnable removePod() {
    return call(removePod, RemovePodSandboxRequest.newBuilder().setPodSandboxId(POD).build());
  }

  /** A command in the container that runs. */
  Runnable exec() {
    return call(exec, ExecSyncRequest.newBuilder().setContainerId(RUNS).addCmd("true").build());
  }

  /** The running program ends by itself. */
  Runnable exit(Faults faults) {
    return () -> {
      try {
        faults.before("exit", 1, "exit");
        shim.exit(RUNS, 0);
      } catch (Exception e) {
        bugs.add(e);
      }
    };
  }

  /** A request that may be refused, as one that came too late, but not fail otherwise. */
  private <Q> Runnable call(Verb<Q, ?> verb, Q request) {
    return () -> {
      try {
        var _ = verb.call(request, CallContext.patient());
      } catch (Fault.NotFound | Fault.FailedPrecondition | Fault.Unavailable e) {
        assertThat(e.getMessage()).isNotBlank();
      } catch (Exception | AssertionError e) {
        bugs.add(e);
      }
    };
  }

  /** What must hold after whatever happened: the pod can be removed, and nothing is left. */
  void check() {
    assertThat(bugs).isEmpty();
    removePod().run();
    assertThat(bugs).isEmpty();
    assertThat(locks.looked()).isPositive();
    assertThat(pods.sandboxes()).isEmpty();
    assertThat(pods.containers()).isEmpty();
    assertThat(sandbox.containers()).isEmpty();
    assertThat(journal.records()).isEmpty();
    assertThat(shim.isEnded()).isTrue();
    assertThat(network.isAttached()).isFalse();
    assertThat(layout.pod(POD)).doesNotExist();
    assertThat(layout.containers()).isEmptyDirectory();
  }

  @Override
  public void close() {
    try {
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> isEmpty(trashed));
      trash.close();
      exits.close();
      journal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return true;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }
}
