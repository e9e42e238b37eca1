package dev.berth.race;

import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.NetworkReadiness;
import dev.berth.network.PodNetwork;
import java.util.Collection;
import java.util.Map;

/** A network to which one pod is attached. */
final class MemoryNetwork implements PodNetwork {
  private boolean attached = true;

  synchronized boolean isAttached() {
    return attached;
  }

  @Override
  public void detach(Attachment attachment) {
    HeldLocks.none("detach");
    synchronized (this) {
      attached = false;
    }
  }

  @Override
  public Map<String, String> podSysctls() {
    return Map.of();
  }

  @Override
  public Attachment attach(AttachRequest request) {
    throw new UnsupportedOperationException();
  }

  @Override
  public NetworkReadiness readiness() {
    return NetworkReadiness.yes();
  }

  @Override
  public void prepare() {}

  @Override
  public void recover(Collection<Attachment> live) {}

  @Override
  public void close() {}
}
