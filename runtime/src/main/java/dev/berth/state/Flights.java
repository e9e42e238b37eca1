package dev.berth.state;

import dev.berth.fault.Fault;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work in progress by name, so that a retried request joins its running twin.
 *
 * <p>The kubelet gives up on a slow call and sends it again. The first call's work goes on; the
 * second waits for that work's result instead of failing with "the name is taken".
 */
public final class Flights<R> {
  private record Flight<R>(Object request, CompletableFuture<R> result) {}

  private static final long LONGEST_WAIT_MINUTES = 10;

  private final Map<String, Flight<R>> flying = new ConcurrentHashMap<>();

  /**
   * Runs work under a name, or waits for the running work of that name.
   *
   * @param request what is asked for: a twin must be equal in it
   * @throws Fault.Aborted when work of that name runs for a different request
   * @throws Exception what the work threw, for every caller that joined
   */
  public R join(String name, Object request, Callable<R> work) throws Exception {
    Flight<R> mine = new Flight<>(request, new CompletableFuture<>());
    Flight<R> other = flying.putIfAbsent(name, mine);
    if (other != null) {
      if (!Objects.equals(other.request(), request)) {
        throw new Fault.Aborted("another request for " + name + " with other content is running");
      }
      return await(name, other.result());
    }
    try {
      R result = work.call();
      flying.remove(name, mine);
      mine.result().complete(result);
      return result;
    } catch (Throwable t) {
      flying.remove(name, mine);
      mine.result().completeExceptionally(t);
      throw t;
    }
  }

  private R await(String name, CompletableFuture<R> result) throws Exception {
    try {
      return result.get(LONGEST_WAIT_MINUTES, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new Fault.DeadlineExceeded("the running request for " + name + " did not end", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
