package dev.berth.network.builtin;

import dev.berth.kernel.Errno;
import dev.berth.netlink.NetlinkException;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.netlink.Nfnl;
import dev.berth.netlink.NftBatch;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.NetworkSettings;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * The instance's nftables table: masquerade, host ports, and the martian rule. Rules are written
 * once; a pod's host port is an element of a map, so the thousandth costs what the first did.
 *
 * <p>Nobody else's table is touched. Ours is written as a whole in one transaction, so there is no
 * moment without it when a daemon comes back.
 */
final class Firewall {
  private final CurrentSettings settings;
  private final NetlinkSockets netfilter;

  Firewall(CurrentSettings settings, NetlinkSockets netfilter) {
    this.settings = settings;
    this.netfilter = netfilter;
  }

  /** Whether the table is there. */
  boolean present() throws IOException {
    NetlinkWriter question = new NetlinkWriter();
    question.begin("find nftables table " + settings.get().table(), Nfnl.GET_TABLE, 0);
    question.u8(Nfnl.FAMILY_INET).u8(0).u16be(0).attributeText(1, settings.get().table()).end();
    try {
      return !netfilter.use(socket -> socket.query(question)).isEmpty();
    } catch (NetlinkException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Writes the table, replacing one that is there.
   *
   * @param live pods whose host ports it shall have
   * @throws IOException what the kernel refused; the old table stays then
   */
  void install(Collection<Attachment> live) throws IOException {
    NftBatch batch = new NftBatch(settings.get().table());
    if (present()) {
      batch.removeTable();
    }
    batch.table();
    FirewallRules.write(batch, settings.get());
    for (Attachment attachment : live) {
      for (HostPortElements.Placed placed : HostPortElements.of(attachment)) {
        batch.add(placed.map(), List.of(placed.element()));
      }
    }
    netfilter.execute(batch.seal());
  }

  /**
   * Opens a pod's host ports.
   *
   * @throws IOException what the kernel refused; no port is open then
   */
  void open(Attachment attachment) throws IOException {
    List<HostPortElements.Placed> elements = HostPortElements.of(attachment);
    if (elements.isEmpty()) {
      return;
    }
    NftBatch batch = new NftBatch(settings.get().table());
    for (HostPortElements.Placed placed : elements) {
      batch.add(placed.map(), List.of(placed.element()));
    }
    netfilter.execute(batch.seal());
  }

  /**
   * Closes a pod's host ports; fine when some or all are closed already, or the table is gone.
   *
   * @throws IOException what the kernel refused
   */
  void close(Attachment attachment) throws IOException {
    // One transaction each: an element that is not there would undo the others' removal.
    for (HostPortElements.Placed placed : HostPortElements.of(attachment)) {
      NftBatch batch = new NftBatch(settings.get().table());
      batch.remove(placed.map(), List.of(placed.element()));
      try {
        netfilter.execute(batch.seal());
      } catch (NetlinkException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
  }

  /** Removes the table; fine when there is none. */
  void remove() throws IOException {
    try {
      netfilter.execute(new NftBatch(settings.get().table()).removeTable().seal());
    } catch (NetlinkException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** The ranges of one family. */
  static List<Cidr> ranges(NetworkSettings settings, boolean ipv6) {
    return settings.podCidrs().stream().filter(cidr -> cidr.isIpv6() == ipv6).toList();
  }
}
