package dev.berth.node;

import static dev.berth.cri.v1.RuntimeServiceGrpc.getServiceDescriptor;

import dev.berth.api.v1.ImagesGrpc;
import dev.berth.config.BerthConfig;
import dev.berth.container.ContainerStatus;
import dev.berth.container.CreateContainer;
import dev.berth.container.ExecPlans;
import dev.berth.container.ExecSync;
import dev.berth.container.ListContainers;
import dev.berth.container.OutputSpill;
import dev.berth.container.RemoveContainer;
import dev.berth.container.ReopenContainerLog;
import dev.berth.container.RunningContainers;
import dev.berth.container.StartContainer;
import dev.berth.container.StopContainer;
import dev.berth.container.UpdateContainerResources;
import dev.berth.cri.NodeStatus;
import dev.berth.cri.Readiness;
import dev.berth.cri.ReportRuntimeConfig;
import dev.berth.cri.UpdateRuntimeConfig;
import dev.berth.cri.Version;
import dev.berth.cri.v1.ImageServiceGrpc;
import dev.berth.cri.v1.RuntimeFeatures;
import dev.berth.cri.v1.RuntimeHandler;
import dev.berth.cri.v1.RuntimeHandlerFeatures;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.StreamContainerStatsResponse;
import dev.berth.cri.v1.StreamContainersResponse;
import dev.berth.cri.v1.StreamImagesResponse;
import dev.berth.cri.v1.StreamPodSandboxMetricsResponse;
import dev.berth.cri.v1.StreamPodSandboxStatsResponse;
import dev.berth.cri.v1.StreamPodSandboxesResponse;
import dev.berth.daemon.BerthVersion;
import dev.berth.events.ContainerEvents;
import dev.berth.handler.OciRuntime;
import dev.berth.image.PullProgress;
import dev.berth.imageapi.CheckStore;
import dev.berth.imageapi.ExportArchive;
import dev.berth.imageapi.ImportArchive;
import dev.berth.imageapi.PullWithProgress;
import dev.berth.imageapi.TellDiskUse;
import dev.berth.imagecri.ImageFsInfo;
import dev.berth.imagecri.ImageStatus;
import dev.berth.imagecri.ListImages;
import dev.berth.imagecri.PullImage;
import dev.berth.imagecri.RemoveImage;
import dev.berth.podmetrics.ListMetricDescriptors;
import dev.berth.podmetrics.ListPodSandboxMetrics;
import dev.berth.podmetrics.PodMetrics;
import dev.berth.rpc.CallWatcher;
import dev.berth.rpc.Chunks;
import dev.berth.rpc.VerbService;
import dev.berth.sandbox.ListPodSandbox;
import dev.berth.sandbox.PodSandboxStatus;
import dev.berth.sandbox.RemovePodSandbox;
import dev.berth.sandbox.RunPodSandbox;
import dev.berth.sandbox.SpareShims;
import dev.berth.sandbox.StopPodSandbox;
import dev.berth.sandbox.UpdatePodSandboxResources;
import dev.berth.stats.ListContainerStats;
import dev.berth.stats.ListPodSandboxStats;
import dev.berth.stats.ReadContainerStats;
import dev.berth.stats.ReadPodSandboxStats;
import dev.berth.stats.StatsViews;
import dev.berth.streaming.Attach;
import dev.berth.streaming.Exec;
import dev.berth.streaming.ExecStarters;
import dev.berth.streaming.PortForward;
import dev.berth.streaming.StreamingServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Which verb answers which method. */
final class Services {
  private final Parts parts;
  private final SpareShims spares;
  private final StreamingServer streaming;
  private final CallWatcher watcher;
  private final BiConsumer<String, PullProgress> pulling;
  private final ExecPlans execs;

  Services(Parts parts, SpareShims spares, StreamingServer streaming, Sight sight) {
    this.parts = parts;
    this.spares = spares;
    this.streaming = streaming;
    this.watcher = sight.watcher();
    this.pulling = sight::pulling;
    this.execs = parts.execPlans();
  }

  VerbService runtime(BerthConfig config, Readiness readiness) throws IOException {
    VerbService service = new VerbService(getServiceDescriptor(), watcher);
    node(service, config, readiness);
    sandboxes(service);
    containers(service);
    streams(service);
    lists(service);
    statistics(service);
    metrics(service);
    events(service);
    return service;
  }

  private void node(VerbService service, BerthConfig config, Readiness readiness) {
    service
        .serve(RuntimeServiceGrpc.getVersionMethod(), new Version(BerthVersion.TEXT))
        .serve(
            RuntimeServiceGrpc.getStatusMethod(), new NodeStatus(readiness, handlers(), features()))
        .serve(
            RuntimeServiceGrpc.getRuntimeConfigMethod(),
            new ReportRuntimeConfig(config.cgroup().driver()))
        .serve(
            RuntimeServiceGrpc.getUpdateRuntimeConfigMethod(),
            new UpdateRuntimeConfig(parts.network()));
  }

  /** What other runtimes can do beyond what every one can, nobody promises. */
  private List<RuntimeHandler> handlers() {
    var all = new ArrayList<>(List.of(handler(""), handler("berth")));
    for (OciRuntime other : parts.handlers().others()) {
      all.add(
          RuntimeHandler.newBuilder()
              .setName(other.name())
              .setFeatures(RuntimeHandlerFeatures.getDefaultInstance())
              .build());
    }
    return all;
  }

  /** Berth's own engine under one of its names. */
  private RuntimeHandler handler(String name) {
    return RuntimeHandler.newBuilder()
        .setName(name)
        .setFeatures(
            RuntimeHandlerFeatures.newBuilder()
                .setRecursiveReadOnlyMounts(true)
                .setUserNamespaces(parts.facts().mappedLayers()))
        .build();
  }

  private RuntimeFeatures features() {
    return RuntimeFeatures.newBuilder()
        .setSupplementalGroupsPolicy(true)
        .setUserNamespacesHostNetwork(parts.facts().mappedLayers())
        .build();
  }

  private void sandboxes(VerbService service) {
    StopPodSandbox stop = new StopPodSandbox(parts.pods(), parts.sandboxTeardown());
    service
        .serve(
            RuntimeServiceGrpc.getRunPodSandboxMethod(),
            new RunPodSandbox(
                parts.pods(),
                parts.sandboxRequests(),
                parts.podParts(),
                spares,
                parts.podCgroups(),
                parts.sandboxTeardown(),
                parts.network(),
                parts.faults()))
        .serve(RuntimeServiceGrpc.getStopPodSandboxMethod(), stop)
        .serve(
            RuntimeServiceGrpc.getRemovePodSandboxMethod(),
            new RemovePodSandbox(parts.pods(), stop, parts.sandboxTeardown()))
        .serve(
            RuntimeServiceGrpc.getUpdatePodSandboxResourcesMethod(),
            new UpdatePodSandboxResources(parts.pods()))
        .serve(
            RuntimeServiceGrpc.getPodSandboxStatusMethod(),
            new PodSandboxStatus(parts.pods(), parts.layout(), parts.network()));
  }

  private void lists(VerbService service) {
    var sandboxes = new ListPodSandbox(parts.pods());
    var containers = new ListContainers(parts.pods());
    service
        .serve(RuntimeServiceGrpc.getListPodSandboxMethod(), sandboxes)
        .serve(RuntimeServiceGrpc.getListContainersMethod(), containers)
        .serveStream(
            RuntimeServiceGrpc.getStreamPodSandboxesMethod(),
            request ->
                new Chunks<>(
                    sandboxes.matching(request.getFilter()).iterator(),
                    some ->
                        StreamPodSandboxesResponse.newBuilder().addAllPodSandboxes(some).build()))
        .serveStream(
            RuntimeServiceGrpc.getStreamContainersMethod(),
            request ->
                new Chunks<>(
                    containers.matching(request.getFilter()).iterator(),
                    some -> StreamContainersResponse.newBuilder().addAllContainers(some).build()));
  }

  private void containers(VerbService service) {
    var teardown = parts.containerTeardown();
    service
        .serve(
            RuntimeServiceGrpc.getCreateContainerMethod(),
            new CreateContainer(
                parts.pods(),
                parts.containerRequests(),
                parts.containerParts(),
                teardown,
                parts.leases(),
                parts.faults()))
        .serve(
            RuntimeServiceGrpc.getStartContainerMethod(),
            new StartContainer(
                parts.pods(),
                parts.otherRuntimes(),
                parts.clock(),
                parts.faults(),
                spares::keepSoon))
        .serve(
            RuntimeServiceGrpc.getStopContainerMethod(),
            new StopContainer(parts.pods(), teardown, parts.faults()))
        .serve(
            RuntimeServiceGrpc.getRemoveContainerMethod(),
            new RemoveContainer(parts.pods(), teardown))
        .serve(
            RuntimeServiceGrpc.getUpdateContainerResourcesMethod(),
            new UpdateContainerResources(
                parts.pods(), parts.cgroups(), parts.oomScores(), parts.faults()))
        .serve(
            RuntimeServiceGrpc.getContainerStatusMethod(),
            new ContainerStatus(parts.pods(), parts.layout()))
        .serve(
            RuntimeServiceGrpc.getReopenContainerLogMethod(), new ReopenContainerLog(parts.pods()))
        .serve(
            RuntimeServiceGrpc.getExecSyncMethod(),
            new ExecSync(
                parts.pods(),
                parts.ids(),
                parts.kernel(),
                execs,
                new OutputSpill(parts.layout().root().resolve("trash")),
                parts.faults()));
  }

  private void streams(VerbService service) {
    var running = new RunningContainers(parts.pods());
    var starters = new ExecStarters(running, parts.ids(), parts.kernel(), execs, parts.faults());
    service
        .serve(RuntimeServiceGrpc.getExecMethod(), new Exec(running, starters, streaming))
        .serve(
            RuntimeServiceGrpc.getAttachMethod(),
            new Attach(parts.pods(), parts.kernel().io(), streaming, parts.faults()))
        .serve(RuntimeServiceGrpc.getPortForwardMethod(), new PortForward(parts.pods(), streaming));
  }

  private void events(VerbService service) {
    ContainerEvents events = parts.events();
    service.serveStream(RuntimeServiceGrpc.getGetContainerEventsMethod(), events);
  }

  private void metrics(VerbService service) throws IOException {
    var list =
        new ListPodSandboxMetrics(
            new PodMetrics(parts.pods(), parts.gauges(), parts.kernel(), parts.layout()));
    service
        .serve(RuntimeServiceGrpc.getListMetricDescriptorsMethod(), new ListMetricDescriptors())
        .serve(RuntimeServiceGrpc.getListPodSandboxMetricsMethod(), list)
        .serveStream(
            RuntimeServiceGrpc.getStreamPodSandboxMetricsMethod(),
            _ ->
                new Chunks<>(
                    list.all().iterator(),
                    some ->
                        StreamPodSandboxMetricsResponse.newBuilder()
                            .addAllPodSandboxMetrics(some)
                            .build()));
  }

  private void statistics(VerbService service) {
    StatsViews views = new StatsViews(parts.gauges(), parts.layout());
    var containers = new ListContainerStats(parts.pods(), parts.gauges(), views);
    var sandboxes = new ListPodSandboxStats(parts.pods(), parts.gauges(), views);
    service
        .serve(
            RuntimeServiceGrpc.getContainerStatsMethod(),
            new ReadContainerStats(parts.pods(), parts.gauges(), views))
        .serve(RuntimeServiceGrpc.getListContainerStatsMethod(), containers)
        .serve(
            RuntimeServiceGrpc.getPodSandboxStatsMethod(),
            new ReadPodSandboxStats(parts.pods(), parts.gauges(), views))
        .serve(RuntimeServiceGrpc.getListPodSandboxStatsMethod(), sandboxes)
        .serveStream(
            RuntimeServiceGrpc.getStreamContainerStatsMethod(),
            request ->
                new Chunks<>(
                    containers.matching(request.getFilter()).iterator(),
                    some ->
                        StreamContainerStatsResponse.newBuilder()
                            .addAllContainerStats(some)
                            .build()))
        .serveStream(
            RuntimeServiceGrpc.getStreamPodSandboxStatsMethod(),
            request ->
                new Chunks<>(
                    sandboxes.matching(request.getFilter()).iterator(),
                    some ->
                        StreamPodSandboxStatsResponse.newBuilder()
                            .addAllPodSandboxStats(some)
                            .build()));
  }

  /** Berth's own service for images. */
  VerbService imageApi() {
    return new VerbService(ImagesGrpc.getServiceDescriptor(), watcher)
        .serveReports(ImagesGrpc.getPullMethod(), new PullWithProgress(parts.images(), pulling))
        .serve(ImagesGrpc.getImportMethod(), new ImportArchive(parts.images()))
        .serve(ImagesGrpc.getExportMethod(), new ExportArchive(parts.images()))
        .serve(ImagesGrpc.getCheckMethod(), new CheckStore(parts.images()))
        .serve(ImagesGrpc.getDiskUseMethod(), new TellDiskUse(parts.images()));
  }

  VerbService images() {
    var list = new ListImages(parts.images());
    return new VerbService(ImageServiceGrpc.getServiceDescriptor(), watcher)
        .serve(ImageServiceGrpc.getPullImageMethod(), new PullImage(parts.images(), pulling))
        .serve(ImageServiceGrpc.getListImagesMethod(), list)
        .serveStream(
            ImageServiceGrpc.getStreamImagesMethod(),
            request ->
                new Chunks<>(
                    list.matching(request.getFilter()).iterator(),
                    some -> StreamImagesResponse.newBuilder().addAllImages(some).build()))
        .serve(ImageServiceGrpc.getImageStatusMethod(), new ImageStatus(parts.images()))
        .serve(ImageServiceGrpc.getRemoveImageMethod(), new RemoveImage(parts.images()))
        .serve(
            ImageServiceGrpc.getImageFsInfoMethod(),
            new ImageFsInfo(parts.images(), parts.layout(), parts.gauges()::layers));
  }
}
