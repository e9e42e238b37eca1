package dev.berth.node;

import dev.berth.cdi.CdiDevices;
import dev.berth.cgroup.CgroupLayout;
import dev.berth.cgroup.Cgroups;
import dev.berth.cgroup.Meters;
import dev.berth.cni.CniNetwork;
import dev.berth.cni.CniSettings;
import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigInForce;
import dev.berth.config.HandlerCommand;
import dev.berth.config.LogWhenFull;
import dev.berth.config.NetworkMode;
import dev.berth.config.PodCidr;
import dev.berth.daemon.CriServices;
import dev.berth.daemon.InstanceId;
import dev.berth.events.ContainerEvents;
import dev.berth.handler.Handlers;
import dev.berth.handler.OciRuntime;
import dev.berth.journal.Journal;
import dev.berth.kernel.Kernel;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.NetworkSettings;
import dev.berth.network.PodNetwork;
import dev.berth.network.builtin.BuiltinNetwork;
import dev.berth.recovery.OrphanLayers;
import dev.berth.rpc.VerbService;
import dev.berth.sandbox.SpareShims;
import dev.berth.seccomp.SeccompFilters;
import dev.berth.shim.OutsidePrograms;
import dev.berth.spec.ContainerTranslator;
import dev.berth.spec.LocalHostFiles;
import dev.berth.spec.LocalMachine;
import dev.berth.spec.LogRules;
import dev.berth.spec.MachineFacts;
import dev.berth.spec.oci.OciProcess;
import dev.berth.state.CreationClock;
import dev.berth.state.Exits;
import dev.berth.state.Ids;
import dev.berth.state.Layout;
import dev.berth.state.Leases;
import dev.berth.state.OomVictims;
import dev.berth.state.Pods;
import dev.berth.state.Skeleton;
import dev.berth.state.Trash;
import dev.berth.stats.Gauges;
import dev.berth.steps.Faults;
import dev.berth.streaming.StreamingServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A node that serves: every part opened, an earlier daemon's pods taken over. */
public final class Node implements CriServices {
  /** How long a shim may take for one answer; a container's start can wait for a slow disk. */
  private static final Duration SHIM_DEADLINE = Duration.ofSeconds(30);

  /** Shared by all instances of the machine: says which of them uses which pod range. */
  static final Path RANGE_LOCKS = Path.of("/run/berth-ranges");

  /** Where everybody looks for network namespaces that have names. */
  private static final Path NETWORK_PINS = Path.of("/run/netns");

  private static final FileAttribute<Set<PosixFilePermission>> OURS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Parts parts;
  private final SpareShims spares;
  private final JournalSync sync;
  private final EmbeddedImage embedded;
  private final StreamingServer streaming;
  private final Optional<ImportFolder> imports;
  private final List<VerbService> services;
  private final Sight sight;

  private Node(
      Parts parts,
      SpareShims spares,
      JournalSync sync,
      EmbeddedImage embedded,
      StreamingServer streaming,
      Optional<ImportFolder> imports,
      List<VerbService> services,
      Sight sight) {
    this.streaming = streaming;
    this.imports = imports;
    this.sight = sight;
    this.parts = parts;
    this.spares = spares;
    this.sync = sync;
    this.embedded = embedded;
    this.services = services;
  }

  /** Opens a node whose configuration can be read again while it serves. */
  public static Opener opener(ConfigInForce inForce) {
    return (config, instance) -> open(config, instance, inForce);
  }

  /**
   * Opens everything that the verbs stand on.
   *
   * @throws Exception a part cannot be opened; the daemon does not start
   */
  private static Node open(BerthConfig config, InstanceId instance, ConfigInForce inForce)
      throws Exception {
    Layout layout = new Layout(config.root(), config.state());
    makeDirectories(layout);
    makeStateOfOthers(config);
    Parts parts = parts(config, instance, layout);
    parts.cgroups().prepareShims();
    parts.exits().whenLost(parts.lostShim());
    parts.recovery().run();
    parts.strayShims().end();
    parts.cgroups().sweep(id -> parts.pods().findSandbox("pod", id).isPresent());
    parts.orphanDirectories().sweep();
    parts.images().sweep();
    OrphanLayers.discard(layout, parts.journal(), parts.trash());
    parts.trash().empty();
    SpareShims spares = parts.spareShims();
    spares.keep();
    parts.pods().watchedBy(parts.events());
    Sight sight = Sight.open(config, instance, parts);
    StreamingServer streaming = StreamingServer.listen(config.streaming());
    Services services = new Services(parts, spares, streaming, sight);
    var readiness =
        new NodeReadiness(
            parts.network(),
            layout,
            parts.handlers(),
            new NodeInfo(config, instance.hex(), parts, sight.failures()));
    return new Node(
        parts,
        spares,
        new JournalSync(parts.journal()),
        EmbeddedImage.begin(parts.images(), layout.root()),
        streaming,
        config.images().importFolder().map(f -> ImportFolder.begin(parts.images(), f)),
        List.of(
            services.runtime(config, readiness),
            services.images(),
            services.imageApi(),
            sight.service(inForce)),
        sight);
  }

  private static Parts parts(BerthConfig config, InstanceId instance, Layout layout)
      throws Exception {
    Faults faults = TestFaults.fromEnvironment();
    Kernel kernel = Kernel.linux();
    Journal journal = Journal.open(layout.journal());
    Pods pods = new Pods(journal);
    CreationClock clock = new CreationClock(Clock.systemUTC());
    CgroupLayout cgroupLayout = CgroupLayout.detect();
    LocalMachine machine = new LocalMachine();
    Cgroups cgroups = new Cgroups(cgroupLayout, instance.hex());
    LocalHostFiles host = new LocalHostFiles();
    boolean unified = cgroupLayout.kind() == CgroupLayout.Kind.V2;
    MachineFacts facts = machine.facts(unified, cgroups.confinesDevices(), rlimits(config));
    return new Parts(
        layout,
        journal,
        pods,
        clock,
        new Ids(),
        new Exits(pods, new OomVictims(kernel), clock),
        new Leases(),
        new Trash(layout.root().resolve("trash")),
        kernel,
        TestFaults.shims(kernel, SHIM_DEADLINE),
        ImageStorage.open(config, layout, kernel, faults),
        network(config, instance, kernel, faults),
        cgroups,
        filters(config, layout, kernel),
        new ContainerTranslator(facts, host),
        new CdiDevices(config.runtime().cdiFolders(), host),
        handlers(config),
        new OutsidePrograms(kernel),
        facts,
        TestFaults.bootId(machine.bootId()),
        new LogRules(
            config.limits().logLineBytes(), config.limits().logWhenFull() == LogWhenFull.STALL),
        gauges(config, layout, kernel, cgroups, pods, machine.openFiles()),
        new ContainerEvents(pods, clock),
        faults);
  }

  private static Gauges gauges(
      BerthConfig config, Layout layout, Kernel kernel, Cgroups cgroups, Pods pods, int openFiles) {
    Clock clock = Clock.systemUTC();
    Meters meters = new Meters(cgroups.layout(), kernel, clock, openFiles / 2);
    return new Gauges(pods, layout, cgroups, meters, kernel, clock, config.stats().maxAge());
  }

  private static Handlers handlers(BerthConfig config) {
    return new Handlers(
        config.runtime().handlers().stream()
            .map(h -> new OciRuntime(h.name(), h.command(), stateOf(config, h)))
            .toList());
  }

  /** Where the runtime of a handler keeps what it knows of its containers. */
  private static Path stateOf(BerthConfig config, HandlerCommand handler) {
    return config.state().resolve("oci").resolve(handler.name());
  }

  private static void makeStateOfOthers(BerthConfig config) throws IOException {
    for (HandlerCommand handler : config.runtime().handlers()) {
      Files.createDirectories(stateOf(config, handler), OURS);
    }
  }

  private static List<OciProcess.Rlimit> rlimits(BerthConfig config) {
    return config.runtime().rlimits().stream()
        .map(l -> new OciProcess.Rlimit(l.type(), l.soft(), l.hard()))
        .toList();
  }

  /** The default filter is made behind the start, so that the first pod finds it made. */
  private static ProfileFilters filters(BerthConfig config, Layout layout, Kernel kernel) {
    SeccompFilters compiler = new SeccompFilters(kernel, layout.root().resolve("filters"));
    ProfileFilters filters = new ProfileFilters(compiler, config.runtime().defaultSeccomp());
    Thread.ofPlatform().name("berth-filters").daemon().start(filters::warm);
    return filters;
  }

  private static PodNetwork network(
      BerthConfig config, InstanceId instance, Kernel kernel, Faults faults) {
    PodNetwork builtin = new BuiltinNetwork(networkSettings(config, instance), kernel, faults);
    PodNetwork cni = new CniNetwork(cniSettings(config, instance), kernel, faults);
    PodNetwork byMode =
        new NetworkByMode(
            Map.of(Attachment.BUILTIN, builtin, Attachment.CNI, cni),
            config.network().mode() == NetworkMode.CNI ? Attachment.CNI : Attachment.BUILTIN);
    return new WarmingNetwork(new GivenRanges(byMode, config.state().resolve("pod-ranges")));
  }

  private static CniSettings cniSettings(BerthConfig config, InstanceId instance) {
    BerthConfig.Cni cni = config.network().cni();
    return new CniSettings(
        instance.hex(),
        cni.confDir(),
        cni.binDirs(),
        cni.timeout(),
        config.root().resolve("cni"),
        NETWORK_PINS);
  }

  static NetworkSettings networkSettings(BerthConfig config, InstanceId instance) {
    List<Cidr> ranges = config.network().podCidrs().stream().map(PodCidr::range).toList();
    return new NetworkSettings(instance.hex(), ranges, config.network().mtu(), RANGE_LOCKS);
  }

  private static void makeDirectories(Layout layout) throws IOException {
    for (Path directory :
        List.of(
            layout.containers(),
            layout.images(),
            layout.noLayer(),
            layout.pods(),
            layout.spares())) {
      Files.createDirectories(directory, OURS);
    }
    Skeleton.make(layout.skeleton());
  }

  @Override
  public List<VerbService> services() {
    return services;
  }

  /** Lets go of everything; pods run on. */
  @Override
  public void close() throws IOException {
    streaming.close();
    sight.close();
    spares.close();
    parts.shims().close();
    parts.programs().close();
    parts.exits().close();
    parts.gauges().close();
    parts.events().close();
    parts.trash().close();
    parts.network().close();
    embedded.end();
    imports.ifPresent(ImportFolder::close);
    parts.images().close();
    sync.close();
    parts.journal().close();
  }
}
