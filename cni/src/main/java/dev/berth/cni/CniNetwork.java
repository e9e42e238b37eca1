package dev.berth.cni;

import dev.berth.cni.conf.CniJson;
import dev.berth.cni.conf.ConfFolder;
import dev.berth.cni.plugin.CniResult;
import dev.berth.cni.plugin.PluginFailed;
import dev.berth.cni.plugin.Plugins;
import dev.berth.fault.Fault;
import dev.berth.kernel.Kernel;
import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.HostPortBook;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.PodNetwork;
import dev.berth.shim.OutsidePrograms;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pod network of CNI plugins: see the package's description. */
public final class CniNetwork implements PodNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(CniNetwork.class);

  /** Plugins would lead a port of the host to two pods, and one would never be reached. */
  private final HostPortBook hostPorts = new HostPortBook();

  private final Kernel kernel;
  private final Faults faults;
  private final OutsidePrograms programs;
  private final Chain chain;
  private final NetworkSource source;
  private final RecordStore records;
  private final PinnedNetns pins;
  private final Deletions deletions = new Deletions(this::delete);
  private final NetworkWatch watch;
  private volatile List<Cidr> nodeRanges = List.of();

  /** Opens nothing and starts no plugin yet. */
  public CniNetwork(CniSettings settings, Kernel kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
    this.programs = new OutsidePrograms(kernel);
    Plugins plugins = new Plugins(settings.pluginFolders(), programs);
    this.chain = new Chain(plugins, settings.timeout());
    this.source =
        new NetworkSource(new ConfFolder(settings.confFolder()), plugins, settings.timeout());
    this.records = new RecordStore(settings.records());
    this.pins = new PinnedNetns(kernel, settings.pins(), settings.instanceId());
    this.watch = new NetworkWatch(source, chain, records::all);
  }

  /** None: what appears in a pod's namespace is the plugins' to configure. */
  @Override
  public Map<String, String> podSysctls() {
    return Map.of();
  }

  @Override
  public Attachment attach(AttachRequest request) {
    AttachmentRecord record = intend(request, usable(request.podName()));
    try (Steps steps = Steps.begin("AttachCni", faults)) {
      hostPorts.take(request.podId(), request.podName(), request.hostPorts());
      // One undo for all: DEL runs also when ADD failed half-way, or never began.
      steps.undo("record", () -> takeAway(record));
      steps.run("record", () -> records.save(record));
      steps.run("pin", () -> pins.pin(record.podId(), request.netns()));
      steps.run("loopback", () -> Loopback.up(kernel, request.podNetlinkSocket()));
      CniResult result = steps.call("add", () -> chain.add(record));
      steps.run("result", () -> records.save(record.withResult(result.json())));
      steps.commit();
      return attachment(request, result);
    } catch (Fault e) {
      throw e;
    } catch (Exception e) {
      throw failed("attach pod " + request.podName(), e);
    }
  }

  private NetworkSource.Usable usable(String podName) {
    if (!(source.state() instanceof NetworkSource.Usable) || source.isStale()) {
      source.refresh();
    }
    return switch (source.state()) {
      case NetworkSource.Usable usable -> usable;
      case NetworkSource.Unusable no ->
          throw new Fault.Unavailable("attach pod " + podName + ": " + no.message());
    };
  }

  private AttachmentRecord intend(AttachRequest request, NetworkSource.Usable network) {
    return new AttachmentRecord(
        request.podId(),
        request.podName(),
        pins.path(request.podId()).toString(),
        arguments(request),
        Capabilities.of(request, nodeRanges),
        network.list(),
        network.version(),
        null);
  }

  /** What every plugin for Kubernetes reads; the first word keeps older ones from complaining. */
  private static String arguments(AttachRequest request) {
    return String.join(
        ";",
        "IgnoreUnknown=1",
        "K8S_POD_NAMESPACE=" + request.pod().namespace(),
        "K8S_POD_NAME=" + request.pod().name(),
        "K8S_POD_INFRA_CONTAINER_ID=" + request.podId(),
        "K8S_POD_UID=" + request.pod().uid());
  }

  private static Attachment attachment(AttachRequest request, CniResult result) {
    return new Attachment(
        request.podId(),
        request.podName(),
        Attachment.CNI,
        "",
        "",
        result.addresses(),
        request.hostPorts());
  }

  @Override
  public void detach(Attachment attachment) {
    AttachmentRecord record = records.find(attachment.podId());
    if (record != null) {
      takeAway(record);
    }
  }

  /** Deletes an attachment; where a plugin cannot, that is tried again behind the answer. */
  private void takeAway(AttachmentRecord record) {
    try {
      delete(record);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      deletions.add(record, 1, String.valueOf(e.getMessage()));
      watch.collectSoon();
    }
  }

  private void delete(AttachmentRecord record) throws Exception {
    AttachmentRecord known = records.find(record.podId());
    try (Steps steps = Steps.begin("DetachCni", faults)) {
      // A pod without its namespace is cut off, whatever the plugins say.
      steps.undo("del", () -> pins.unpin(record.podId()));
      steps.run("del", () -> chain.del(known == null ? record : known));
      steps.run("unpin", () -> pins.unpin(record.podId()));
      steps.run("forget", () -> records.forget(record.podId()));
      hostPorts.giveBack(record.podId());
      steps.commit();
    }
  }

  @Override
  public Optional<String> check(Attachment attachment) {
    AttachmentRecord record = records.find(attachment.podId());
    if (record == null) {
      return Optional.of("pod " + attachment.podName() + " is in no network");
    }
    try {
      chain.check(record);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public NetworkReadiness readiness() {
    return watch.readiness();
  }

  /** Which network there is, and what could not be deleted yet. */
  @Override
  public Map<String, String> facts() {
    var facts = CniJson.object();
    if (source.state() instanceof NetworkSource.Usable usable) {
      facts.put("network", usable.list().name()).put("cniVersion", usable.version().text());
    }
    var undeleted = facts.putArray("undeleted");
    for (Deletions.Pending pending : deletions.pending()) {
      undeleted
          .addObject()
          .put("podId", pending.podId())
          .put("pod", pending.podName())
          .put("since", pending.since().toString())
          .put("attempts", pending.attempts())
          .put("error", pending.error());
    }
    return Map.of("cni", facts.toString());
  }

  @Override
  public void prepare() {
    watch.start();
  }

  @Override
  public void useRanges(List<Cidr> ranges) {
    nodeRanges = List.copyOf(ranges);
  }

  @Override
  public void recover(Collection<Attachment> live) {
    Set<String> known = new HashSet<>();
    live.stream()
        .filter(attachment -> attachment.mode().equals(Attachment.CNI))
        .forEach(
            attachment -> {
              known.add(attachment.podId());
              claim(attachment);
            });
    try {
      records.load();
      for (String pod : pins.pods()) {
        if (records.find(pod) == null) {
          pins.unpin(pod);
        }
      }
    } catch (IOException e) {
      throw failed("recover the pod network", e);
    }
    for (AttachmentRecord record : records.all()) {
      if (!known.contains(record.podId())) {
        deletions.add(record, 0, "left by an earlier daemon");
      }
    }
  }

  /** Pods of an earlier Berth may share a port: then it is the first one's. */
  private void claim(Attachment live) {
    try {
      hostPorts.take(live.podId(), live.podName(), live.hostPorts());
    } catch (Fault.FailedPrecondition e) {
      LOG.warn("pod {} runs on: {}", live.podName(), e.getMessage());
    }
  }

  @Override
  public void close() {
    watch.close();
    deletions.close();
    programs.close();
  }

  private static Fault failed(String attempted, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    String message = attempted + ": " + e.getMessage();
    return e instanceof PluginFailed plugin && plugin.code() == PluginFailed.TRY_AGAIN
        ? new Fault.Unavailable(message, e)
        : new Fault.Internal(message, e);
  }
}
