package dev.berth.image.pull;

import dev.berth.fault.Fault;
import dev.berth.image.Cancellation;
import dev.berth.image.Image;
import dev.berth.image.PullProgress;
import dev.berth.image.PullRequest;
import dev.berth.image.PullWatcher;
import dev.berth.image.reference.Reference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Pulls under way: callers that want the same thing at the same time share one.
 *
 * <p>A flight is given up when its last caller goes away; whoever asks after that gets a new one.
 */
public final class Flights {

  /** Does the work of one flight. */
  @FunctionalInterface
  public interface Work {
    /**
     * Pulls.
     *
     * @param flight knows whether everybody has gone away
     */
    Image pull(Flight flight, PullRequest request, Reference reference);
  }

  private record Key(String reference, PullRequest request) {}

  /** One pull under way. */
  public static final class Flight {
    private final CompletableFuture<Image> result = new CompletableFuture<>();
    private final ProgressBoard board = new ProgressBoard();
    private final PullLog log;
    private int callers;
    private volatile boolean cancelled;

    private Flight(Reference reference) {
      log = new PullLog(reference);
    }

    /** Whether everybody has gone away. */
    public boolean isCancelled() {
      return cancelled;
    }

    /**
     * The pull that is to be run.
     *
     * @param stop tells the source's open streams to end
     */
    public PullImage pull(
        PullImage.Tools tools, Reference reference, ImageSource source, Runnable stop) {
      return new PullImage(tools, reference, source, board, stop);
    }
  }

  private static final long LOOK_MILLIS = 250;

  private final ExecutorService pool;
  private final Work work;
  private final Map<Key, Flight> flights = new HashMap<>();

  /** Flights that run on these threads. */
  public Flights(ExecutorService pool, Work work) {
    this.pool = pool;
    this.work = work;
  }

  /**
   * Joins a flight or begins one, and waits for its end or the caller's.
   *
   * @param watcher told by this thread how far it is
   */
  public Image pull(PullRequest request, Cancellation cancellation, PullWatcher watcher) {
    Reference reference = Reference.parse(request.reference());
    Key key =
        new Key(reference.canonical(), new PullRequest(reference.canonical(), request.auth()));
    Flight flight = board(key, request, reference);
    CompletableFuture<Image> mine = flight.result.copy();
    Fault gone = new Fault.Cancelled("pulling " + reference + ": the caller went away");
    try (Cancellation.Registration _ =
        cancellation.onCancel(() -> mine.completeExceptionally(gone))) {
      return await(mine, flight, watcher);
    } catch (ExecutionException e) {
      throw fault(e, reference);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone;
    } finally {
      leave(key, flight);
    }
  }

  private static Image await(CompletableFuture<Image> mine, Flight flight, PullWatcher watcher)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        Image image = mine.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        watcher.seen(flight.board.snapshot());
        return image;
      } catch (TimeoutException goesOn) {
        PullProgress progress = flight.board.snapshot();
        flight.log.tick(progress);
        watcher.seen(progress);
      }
    }
  }

  private synchronized Flight board(Key key, PullRequest request, Reference reference) {
    Flight flight = flights.get(key);
    if (flight == null) {
      flight = new Flight(reference);
      flights.put(key, flight);
      start(key, flight, request, reference);
    }
    flight.callers++;
    return flight;
  }

  private void start(Key key, Flight flight, PullRequest request, Reference reference) {
    try {
      pool.execute(() -> fly(key, flight, request, reference));
    } catch (RejectedExecutionException e) {
      flights.remove(key);
      throw new Fault.Unavailable("pulling " + reference + ": the daemon is stopping", e);
    }
  }

  private void fly(Key key, Flight flight, PullRequest request, Reference reference) {
    try {
      Image image = work.pull(flight, request, reference);
      end(key, flight);
      flight.log.done(image, flight.board.snapshot());
      flight.result.complete(image);
    } catch (Throwable e) {
      end(key, flight);
      flight.result.completeExceptionally(e);
    }
  }

  private synchronized void leave(Key key, Flight flight) {
    if (--flight.callers == 0) {
      flight.cancelled = true;
      flights.remove(key, flight);
    }
  }

  private synchronized void end(Key key, Flight flight) {
    flights.remove(key, flight);
  }

  /** Gives up every flight. */
  public synchronized void cancelAll() {
    flights.values().forEach(flight -> flight.cancelled = true);
  }

  private static Fault fault(ExecutionException e, Reference reference) {
    if (e.getCause() instanceof Fault fault) {
      return fault;
    }
    return new Fault.Internal("pulling " + reference + ": " + e.getCause(), e.getCause());
  }
}
