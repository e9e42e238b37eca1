package dev.berth.network.builtin;

import dev.berth.fault.Fault;
import dev.berth.kernel.Kernel;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.NetworkSettings;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all pods of the instance stand on: the claim on the ranges, the table, the bridge. Made when
 * the first pod needs it, kept, and made again when somebody removed it.
 *
 * <p>Threads: safe; making it is done by one thread while the others wait.
 */
final class Ground {

  /** The ground as it was made: the bridge's index and the MTU for the pods' links. */
  record Made(int bridge, int mtu) {}

  private final CurrentSettings settings;
  private final RangeClaims claims;
  private final HostRoutes routes;
  private final Firewall firewall;
  private final Bridge bridge;
  private final NetlinkSockets route;
  private final TableWatch watch;

  /** The pods attached now: the table has their host ports, the bridge their links. */
  private final Supplier<Collection<Attachment>> live;

  private volatile @Nullable Made made;
  private boolean watching;

  Ground(
      CurrentSettings settings,
      Kernel kernel,
      NetlinkSockets route,
      Firewall firewall,
      Sysctls sysctls,
      Supplier<Collection<Attachment>> live) {
    this.route = route;
    this.live = live;
    this.watch = new TableWatch(kernel, this::restoreTable);
    this.settings = settings;
    this.claims = new RangeClaims(settings.get().rangeLocks(), settings.get().instanceId());
    this.routes = new HostRoutes(route);
    this.firewall = firewall;
    this.bridge = new Bridge(settings, route, sysctls);
  }

  /**
   * The ground, made if need be.
   *
   * @throws Fault.FailedPrecondition when a range or the bridge's name is taken
   * @throws IOException what the kernel refused
   */
  Made get() throws IOException {
    Made found = made;
    return found == null ? make() : found;
  }

  private synchronized Made make() throws IOException {
    Made found = made;
    if (found != null) {
      return found;
    }
    claims.claim(settings.get().podCidrs());
    refuseConflict();
    int mtu =
        settings.get().mtu() > 0 ? settings.get().mtu() : routes.defaultMtu(!settings.get().ipv4());
    // The table first: it has the rule that makes the bridge's route_localnet safe.
    firewall.install(live.get());
    found = new Made(bridge.ensure(mtu), mtu);
    rejoin(found.bridge());
    made = found;
    if (!watching) {
      watch.start();
      watching = true;
    }
    return found;
  }

  /** Puts the links of live pods into the bridge; a bridge that was removed let them go. */
  private void rejoin(int index) throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    for (Attachment attachment : live.get()) {
      LinkRequests.join(batch, attachment.link(), index);
      LinkRequests.hairpin(batch, attachment.link());
    }
    if (batch.messages() > 0) {
      // A link that is gone belongs to a pod that ended meanwhile; its detach comes.
      route.use(socket -> socket.outcomes(batch));
    }
  }

  /**
   * Writes the table again if it was made and is gone.
   *
   * @return whether it was written
   */
  synchronized boolean restoreTable() throws IOException {
    if (made == null || firewall.present()) {
      return false;
    }
    firewall.install(live.get());
    return true;
  }

  /**
   * Changes the ranges; what is made already is changed with them, or stays as it was when that
   * fails.
   *
   * @throws Fault.FailedPrecondition when a range is taken
   * @throws IOException what the kernel refused
   */
  synchronized void use(NetworkSettings next) throws IOException {
    NetworkSettings before = settings.get();
    if (next.equals(before)) {
      return;
    }
    settings.set(next);
    boolean done = false;
    try {
      if (made != null) {
        made = null;
        claims.renew(next.podCidrs());
        make();
      }
      done = true;
    } finally {
      if (!done) {
        settings.set(before);
      }
    }
  }

  private void refuseConflict() throws IOException {
    String conflict = routeConflict();
    if (conflict != null) {
      throw new Fault.FailedPrecondition(conflict);
    }
  }

  private @Nullable String routeConflict() throws IOException {
    LinkFacts found = bridge.find();
    for (Cidr range : settings.get().podCidrs()) {
      String conflict = routes.conflict(range, found == null ? 0 : found.index());
      if (conflict != null) {
        return conflict;
      }
    }
    return null;
  }

  /** Makes the next {@link #get} look at everything again, when the bridge is not what was made. */
  boolean forgetIfBroken() throws IOException {
    LinkFacts found = bridge.find();
    Made known = made;
    if (known == null || (found != null && found.index() == known.bridge() && found.up())) {
      return false;
    }
    made = null;
    return true;
  }

  /** Whether the ground is there, or could be made. */
  NetworkReadiness readiness() throws IOException {
    // A bridge that somebody removed is made again by the next attach: saying "not ready" would
    // keep that attach away for ever.
    if (made != null && !forgetIfBroken()) {
      return NetworkReadiness.yes();
    }
    String claimed = claims.obstacle(settings.get().podCidrs());
    if (claimed != null) {
      return notReady("PodRangeTaken", claimed);
    }
    String conflict = routeConflict();
    return conflict == null ? NetworkReadiness.yes() : notReady("PodRangeTaken", conflict);
  }

  private static NetworkReadiness notReady(String reason, String message) {
    return NetworkReadiness.no(reason, message);
  }

  /** Gives up the claim; bridge and table stay. */
  void close() {
    watch.close();
    claims.close();
  }

  /** Removes bridge and table. */
  synchronized void remove() throws IOException {
    made = null;
    bridge.remove();
    firewall.remove();
  }
}
