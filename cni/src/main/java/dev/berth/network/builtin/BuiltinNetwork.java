package dev.berth.network.builtin;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Sockets;
import dev.berth.netlink.NetlinkException;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.HostPortBook;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.NetworkSettings;
import dev.berth.network.PodNetwork;
import dev.berth.steps.Faults;
import dev.berth.steps.Steps;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The pod network that needs nothing installed: see the package's description. */
public final class BuiltinNetwork implements PodNetwork {
  private static final Duration REAPER_PATIENCE = Duration.ofSeconds(2);

  private final CurrentSettings settings;
  private final Faults faults;
  private final LinkGroups groups;
  private final NetlinkSockets route;
  private final NetlinkSockets netfilter;
  private final Sysctls sysctls = new Sysctls(Path.of("/proc/sys"));
  private final PodSide podSide;
  private final Firewall firewall;
  private final Conntrack conntrack;
  private final Ground ground;
  private final AddressBook addresses;
  private final HostPortBook hostPorts = new HostPortBook();
  private final Reaper reaper;
  private final Leftovers leftovers;
  private final Shaper shaper;
  private final LinkName names = new LinkName();
  private final Map<String, Attachment> attached = new ConcurrentHashMap<>();
  private volatile boolean recovered;

  /** Opens nothing and makes nothing yet. */
  public BuiltinNetwork(NetworkSettings settings, Kernel kernel, Faults faults) {
    this.settings = new CurrentSettings(settings);
    this.faults = faults;
    this.groups = LinkGroups.of(settings.instanceId());
    this.route = new NetlinkSockets(kernel, Sockets.NETLINK_ROUTE);
    this.netfilter = new NetlinkSockets(kernel, Sockets.NETLINK_NETFILTER);
    this.podSide = new PodSide(kernel);
    this.firewall = new Firewall(this.settings, netfilter);
    this.conntrack = new Conntrack(netfilter);
    this.ground = new Ground(this.settings, kernel, route, firewall, sysctls, attached::values);
    this.addresses = new AddressBook(settings.podCidrs());
    this.reaper = new Reaper(route, groups.draining(), addresses);
    this.shaper = new Shaper(route, groups.live());
    this.leftovers = new Leftovers(route, groups, reaper);
  }

  @Override
  public Map<String, String> podSysctls() {
    if (!sysctls.has("net/ipv6")) {
      return Map.of();
    }
    Map<String, String> values = new HashMap<>();
    values.put("net.ipv6.conf.default.accept_ra", "0");
    values.put("net.ipv6.conf.default.disable_ipv6", settings.get().ipv6() ? "0" : "1");
    return values;
  }

  @Override
  public Attachment attach(AttachRequest request) {
    if (!recovered) {
      throw new Fault.Unavailable("attach pod " + request.podName() + ": network is recovering");
    }
    try (Steps steps = Steps.begin("AttachNetwork", faults)) {
      Attachment attachment = new AttachPod(this, request).run(steps);
      steps.commit();
      return attachment;
    } catch (Fault e) {
      throw e;
    } catch (Exception e) {
      throw failed("attach pod " + request.podName(), e);
    }
  }

  Ground.Made ground() throws IOException {
    return ground.get();
  }

  HostPortBook hostPorts() {
    return hostPorts;
  }

  AddressBook addresses() {
    return addresses;
  }

  /** One address of each range; where all are taken, those of links about to go are waited for. */
  List<Cidr> takeAddresses() throws InterruptedException {
    try {
      return addresses.take();
    } catch (Fault.ResourceExhausted e) {
      if (reaper.idle() || !reaper.await(REAPER_PATIENCE)) {
        throw e;
      }
      return addresses.take();
    }
  }

  PodSide podSide() {
    return podSide;
  }

  Firewall firewall() {
    return firewall;
  }

  String newLinkName() {
    return names.next();
  }

  void note(Attachment attachment) {
    attached.put(attachment.podId(), attachment);
  }

  /** Forgets an attachment; false when it was not known (any more). */
  boolean forget(Attachment attachment) {
    Attachment known = attached.get(attachment.podId());
    return known != null
        && known.link().equals(attachment.link())
        && attached.remove(attachment.podId(), known);
  }

  /** Makes the link, and the ground anew where that is the reason why it could not be made. */
  void makeLink(AttachRequest request, Attachment attachment, Ground.Made base) throws IOException {
    try {
      tryLink(request, attachment, base);
    } catch (NetlinkException e) {
      if (!ground.forgetIfBroken()) {
        throw e;
      }
      tryLink(request, attachment, ground.get());
    }
  }

  private void tryLink(AttachRequest request, Attachment attachment, Ground.Made base)
      throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    LinkRequests.veth(
        batch,
        attachment.link(),
        base.bridge(),
        groups.live(),
        base.mtu(),
        request.netns().number(),
        Mac.of(attachment.addresses().get(0).address()));
    LinkRequests.hairpin(batch, attachment.link());
    route.execute(batch);
  }

  void limit(AttachRequest request, Attachment attachment) throws IOException {
    shaper.limit(attachment, request.pod().bandwidth());
  }

  @Override
  public void detach(Attachment attachment) {
    // A second detach must not close a port or free an address that is another pod's by then.
    if (!forget(attachment)) {
      return;
    }
    try (Steps steps = Steps.begin("DetachNetwork", faults)) {
      steps.undo("close-ports", () -> note(attachment));
      steps.run("close-ports", () -> firewall.close(attachment));
      steps.run("connections", () -> conntrack.forget(attachment));
      steps.run("link", () -> retire(attachment));
      steps.commit();
    } catch (Fault e) {
      throw e;
    } catch (Exception e) {
      throw failed("detach pod " + attachment.podName(), e);
    }
    hostPorts.giveBack(attachment.podId(), attachment.hostPorts());
  }

  /** Opens a pod's ports; a table that somebody removed this moment is written again with them. */
  void openPorts(Attachment attachment) throws IOException {
    try {
      firewall.open(attachment);
    } catch (NetlinkException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      ground.restoreTable();
      firewall.open(attachment);
    }
  }

  /** Takes a link down and leaves the rest to the reaper; fine when there is no such link. */
  void retire(Attachment attachment) throws IOException {
    boolean draining = !attachment.shaper().isEmpty() && retire(attachment.shaper());
    if (retire(attachment.link()) || draining) {
      reaper.add(attachment.addresses());
    } else {
      addresses.giveBack(attachment.addresses());
    }
  }

  /** False when there is no such link. */
  private boolean retire(String link) throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    LinkRequests.retire(batch, link, groups.draining());
    try {
      route.execute(batch);
      return true;
    } catch (NetlinkException e) {
      if (!e.is(Errno.ENODEV)) {
        throw e;
      }
      return false;
    }
  }

  /**
   * New pods get their addresses from these ranges; pods that are there keep what they have.
   *
   * @throws Fault.InvalidArgument they cannot be used
   * @throws Fault.FailedPrecondition somebody else uses them
   */
  @Override
  public void useRanges(List<Cidr> ranges) {
    try {
      ground.use(settings.with(ranges));
    } catch (IllegalArgumentException e) {
      throw new Fault.InvalidArgument("use pod ranges " + ranges + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw failed("use pod ranges " + ranges, e);
    }
    addresses.takeFrom(ranges);
  }

  @Override
  public NetworkReadiness readiness() {
    try {
      return ground.readiness();
    } catch (IOException e) {
      return NetworkReadiness.no("NetworkCheckFailed", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void prepare() {
    try {
      ground.get();
    } catch (IOException e) {
      throw failed("prepare the pod network", e);
    }
  }

  @Override
  public void recover(Collection<Attachment> live) {
    Set<String> known = new HashSet<>();
    for (Attachment attachment : live) {
      if (attachment.mode().equals(Attachment.BUILTIN)) {
        known.add(attachment.link());
        known.add(attachment.shaper());
        addresses.note(attachment.addresses());
        hostPorts.take(attachment.podId(), attachment.podName(), attachment.hostPorts());
        attached.put(attachment.podId(), attachment);
      }
    }
    try {
      leftovers.removeAllBut(known);
      if (!known.isEmpty()) {
        ground.get();
      }
    } catch (IOException e) {
      throw failed("recover the pod network", e);
    }
    recovered = true;
  }

  /**
   * Waits until the links of all pods detached so far are gone.
   *
   * @return false when the time passed first
   */
  public boolean awaitReaped(Duration timeout) throws InterruptedException {
    return reaper.await(timeout);
  }

  @Override
  public void close() {
    reaper.close();
    ground.close();
    route.close();
    netfilter.close();
  }

  /**
   * Removes everything of this instance from the host: all pods' links, the bridge, the table. For
   * uninstalling and for tests.
   *
   * @throws Fault.Internal what the kernel refused
   */
  public void destroy() {
    try {
      leftovers.removeAllBut(Set.of());
      ground.remove();
      attached.clear();
    } catch (IOException e) {
      throw failed("remove the pod network", e);
    }
  }

  private static Fault.Internal failed(String attempted, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new Fault.Internal(attempted + ": " + e.getMessage(), e);
  }
}
