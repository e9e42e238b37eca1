package dev.berth.recovery;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.fault.Fault;
import dev.berth.journal.Journal;
import dev.berth.network.Attachment;
import dev.berth.network.PodNetwork;
import dev.berth.state.Container;
import dev.berth.state.CreationClock;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.SandboxRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the daemon's memory back.
 *
 * <p>A pod that was being made is undone. A pod whose shim answers is taken over with what the shim
 * has; one whose shim is gone is taken down as far as anything of it is left, and stays to be seen,
 * and removed, by the clients. A container that was being made is undone; one that ended while
 * nobody looked has its true time and code from the shim.
 */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private static final int MOST_AT_ONCE = 8;
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().name("berth-recovery-", 0).daemon().factory();

  private final Journal journal;
  private final Pods pods;
  private final CreationClock clock;
  private final PodNetwork network;
  private final SandboxRecovery sandboxes;
  private final ContainerRecovery containers;

  public Recovery(
      Journal journal,
      Pods pods,
      CreationClock clock,
      PodNetwork network,
      SandboxRecovery sandboxes,
      ContainerRecovery containers) {
    this.journal = journal;
    this.pods = pods;
    this.clock = clock;
    this.network = network;
    this.sandboxes = sandboxes;
    this.containers = containers;
  }

  /**
   * Recovers everything. A pod that cannot be recovered does not keep the others from it.
   *
   * @throws Fault.DataLoss when a record cannot be read
   * @throws Fault.FailedPrecondition when there are pods of a version of Berth that this one does
   *     not understand
   */
  public void run() {
    long begun = System.nanoTime();
    List<SandboxRecord> foundSandboxes = new ArrayList<>();
    List<ContainerRecord> foundContainers = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : journal.records().entrySet()) {
      read(entry.getKey(), entry.getValue(), foundSandboxes, foundContainers);
    }
    foundSandboxes.forEach(r -> clock.seen(r.getCreatedAt()));
    foundContainers.forEach(r -> clock.seen(r.getCreatedAt()));
    sideBySide(foundSandboxes, r -> attempt("pod " + r.getId(), () -> sandboxes.takeOver(r)));
    sandboxes.refuseForeign();
    for (ContainerRecord record : foundContainers) {
      attempt("container " + record.getId(), () -> containers.takeOver(record));
    }
    sideBySide(pods.sandboxes(), s -> attempt("pod " + s.id(), () -> containers.compare(s)));
    network.recover(attachments());
    List<Sandbox> unfinished = pods.sandboxes().stream().filter(sandboxes::unfinished).toList();
    sideBySide(unfinished, s -> attempt("pod " + s.id(), () -> sandboxes.finish(s)));
    pods.sandboxes().forEach(sandboxes::noticeLoss);
    if (!foundSandboxes.isEmpty()) {
      LOG.info(
          "recovered {} pods and {} containers in {} ms",
          pods.sandboxes().size(),
          pods.containers().size(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }
  }

  /** Each waits for its shim, or for the kernel to let go of processes and cgroups. */
  private static <T> void sideBySide(Collection<T> all, Consumer<T> work) {
    if (all.isEmpty()) {
      return;
    }
    int threads = Math.min(all.size(), MOST_AT_ONCE);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads, THREADS)) {
      all.forEach(each -> pool.execute(() -> work.accept(each)));
    }
  }

  private List<Attachment> attachments() {
    List<Attachment> live = new ArrayList<>();
    for (Sandbox sandbox : pods.sandboxes()) {
      Attachment attachment = sandbox.attachment();
      if (attachment != null) {
        live.add(attachment);
      }
    }
    return live;
  }

  private static void read(
      String key, byte[] value, List<SandboxRecord> sandboxes, List<ContainerRecord> containers) {
    try {
      if (key.startsWith(Sandbox.key(""))) {
        sandboxes.add(SandboxRecord.parseFrom(value));
      } else if (key.startsWith(Container.key(""))) {
        containers.add(ContainerRecord.parseFrom(value));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Fault.DataLoss("journal record " + key + " cannot be read", e);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void attempt(String what, Work work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while recovering " + what, e);
    } catch (Exception e) {
      LOG.warn("recovery of {} failed; it is tried again when it is stopped or removed", what, e);
    }
  }
}
