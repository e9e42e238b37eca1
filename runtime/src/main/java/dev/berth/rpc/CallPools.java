package dev.berth.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which verbs run.
 *
 * <p>Two pools of platform threads: <em>prompt</em> for verbs that only read memory and must answer
 * whatever else hangs, <em>work</em> for all others. Both start threads as they are needed and drop
 * those that had nothing to do for a minute.
 */
final class CallPools implements ServerCallExecutorSupplier {
  private static final Set<String> PROMPT =
      Set.of(
          "Version",
          "Status",
          "RuntimeConfig",
          "UpdateRuntimeConfig",
          "ListPodSandbox",
          "ListContainers",
          "ListImages");

  private final ThreadPoolExecutor prompt;
  private final ThreadPoolExecutor work;

  /**
   * Makes the pools; no thread is started yet.
   *
   * @param workers the most verbs of the work pool that run at once
   */
  CallPools(int workers) {
    prompt = pool("cri-prompt-", 3);
    work = pool("cri-work-", workers);
  }

  @Override
  public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata metadata) {
    String verb = call.getMethodDescriptor().getBareMethodName();
    return verb != null && PROMPT.contains(verb) ? prompt : work;
  }

  /**
   * Takes no more verbs and ends the threads: those that work are interrupted after the time given.
   *
   * @throws InterruptedException the caller was interrupted while it waited
   */
  void end(long timeout, TimeUnit unit) throws InterruptedException {
    prompt.shutdown();
    work.shutdown();
    if (!work.awaitTermination(timeout, unit)) {
      work.shutdownNow();
    }
  }

  /** A pool that prefers an idle thread over a new one, and a new one over a queue. */
  private static ThreadPoolExecutor pool(String prefix, int most) {
    var queue = new HandOver();
    var pool = new ThreadPoolExecutor(0, most, 60, TimeUnit.SECONDS, queue, named(prefix));
    pool.setRejectedExecutionHandler(
        (task, executor) -> {
          if (executor.isShutdown()) {
            throw new RejectedExecutionException("the daemon is stopping");
          }
          queue.put(task);
        });
    return pool;
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Takes an offer only when a thread waits for it: otherwise the pool starts another thread. */
  private static final class HandOver extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }
  }
}
