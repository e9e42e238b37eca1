package dev.berth.cni;

import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.netlink.LinkAttribute;
import dev.berth.netlink.NetlinkSocket;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.netlink.Rtm;
import java.io.IOException;

/** Sets a pod's lo up, for which others start a plugin. */
final class Loopback {
  private static final int INDEX = 1;

  private Loopback() {}

  static void up(Kernel kernel, Fd podSocket) throws IOException {
    try (NetlinkSocket socket = NetlinkSocket.borrow(kernel, podSocket)) {
      NetlinkWriter batch = new NetlinkWriter();
      batch.begin("set lo up", Rtm.SET_LINK, 0).u8(0).u8(0).u16(0).u32(INDEX);
      batch.u32(LinkAttribute.UP).u32(LinkAttribute.UP).end();
      socket.execute(batch);
    }
  }
}
