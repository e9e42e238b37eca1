package dev.berth.streaming.io;

import io.netty.channel.Channel;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a channel is read: only while nobody holds it. Several reasons may hold it at a time. On
 * the channel's event loop.
 */
public final class Backpressure {
  private final Channel channel;
  private final Set<Object> holders = new HashSet<>();

  public Backpressure(Channel channel) {
    this.channel = channel;
  }

  /** Adds or takes back a reason not to read. */
  public void hold(Object reason, boolean on) {
    if (on) {
      holders.add(reason);
    } else {
      holders.remove(reason);
    }
    boolean wanted = holders.isEmpty();
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }
}
