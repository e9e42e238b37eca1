package dev.berth.network.builtin;

import dev.berth.kernel.Errno;
import dev.berth.netlink.NetlinkException;
import dev.berth.netlink.NetlinkSockets;
import dev.berth.netlink.NetlinkWriter;
import dev.berth.network.Cidr;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes draining links behind the detach calls, and only then makes their addresses free.
 *
 * <p>Deleting is slow and holds the kernel's one network lock, so it waits a moment for more links
 * to come, and for the end of their pods' namespaces, which deletes them without us. Then one
 * message deletes the whole group. A group that is empty by then is the good case.
 *
 * <p>Threads: one daemon thread, started with the first link; {@link #add} may be called by all.
 */
final class Reaper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final Duration GATHER = Duration.ofMillis(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final NetlinkSockets route;
  private final int group;
  private final AddressBook addresses;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<List<Cidr>> waiting = new ArrayList<>();
  private boolean working;
  private boolean started;
  private boolean closed;

  Reaper(NetlinkSockets route, int group, AddressBook addresses) {
    this.route = route;
    this.group = group;
    this.addresses = addresses;
  }

  /** Takes over the addresses of a link that was put into the draining group. */
  void add(List<Cidr> ofLink) {
    lock.lock();
    try {
      waiting.add(ofLink);
      if (!started) {
        started = true;
        Thread.ofPlatform().daemon().name("net-reaper").start(this::work);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no link waits to be deleted. */
  boolean idle() {
    lock.lock();
    try {
      return !working && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every link that was added before is gone.
   *
   * @return false when the time passed first
   */
  boolean await(Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while ((working || !waiting.isEmpty()) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !working && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    try {
      while (awaitWork()) {
        Thread.sleep(GATHER);
        reap(begin());
      }
    } catch (InterruptedException e) {
      LOG.debug("net reaper ends: interrupted");
    }
  }

  private boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private List<List<Cidr>> begin() {
    lock.lock();
    try {
      List<List<Cidr>> taken = waiting;
      waiting = new ArrayList<>();
      working = true;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void reap(List<List<Cidr>> taken) throws InterruptedException {
    boolean gone = false;
    try {
      deleteGroup();
      taken.forEach(addresses::giveBack);
      gone = true;
    } catch (IOException e) {
      LOG.warn("links of {} detached pods stay for now: {}", taken.size(), e.getMessage());
    } finally {
      end(gone ? List.of() : taken);
    }
    if (!gone) {
      Thread.sleep(RETRY);
    }
  }

  private void end(List<List<Cidr>> again) {
    lock.lock();
    try {
      waiting.addAll(again);
      working = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Deletes all draining links now; fine when there are none. */
  void deleteGroup() throws IOException {
    NetlinkWriter batch = new NetlinkWriter();
    LinkRequests.deleteGroup(batch, group);
    try {
      route.execute(batch);
    } catch (NetlinkException e) {
      if (!e.is(Errno.ENODEV)) {
        throw e;
      }
    }
  }

  /** Ends the thread; what drains still is the next daemon's to find. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
