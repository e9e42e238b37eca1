package dev.berth.telemetry;

import dev.berth.api.v1.Pull;
import dev.berth.api.v1.PullProgress;
import dev.berth.api.v1.PullRequest;
import dev.berth.cri.v1.PullImageRequest;
import dev.berth.cri.v1.PullImageResponse;
import dev.berth.rpc.CallWatcher;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Pulls that run and the last ones that ended; hears of them as requests. */
public final class Pulls implements CallWatcher {
  private static final int MOST = 200;

  private final Clock clock;
  private final ToLongFunction<String> sizeOf;
  private final CallWatcher next;
  private final Map<Long, Pull.Builder> running = new LinkedHashMap<>();
  private final Deque<Pull> ended = new ArrayDeque<>();
  private long number;
  private long bytes;
  private long succeeded;
  private long failed;

  /**
   * Hands every call on to another watcher.
   *
   * @param sizeOf the size of an image with this id, in bytes; 0 when it is gone
   */
  public Pulls(Clock clock, ToLongFunction<String> sizeOf, CallWatcher next) {
    this.clock = clock;
    this.sizeOf = sizeOf;
    this.next = next;
  }

  /** How many pulls have ended so far, and how many run. */
  public record Totals(long succeeded, long failed, long bytes, int running) {}

  @Override
  public Watched begin(String verb, Object request, @Nullable String traceparent) {
    Watched watched = next.begin(verb, request, traceparent);
    String reference = reference(request);
    if (reference == null) {
      return watched;
    }
    Pull.Builder entry = Pull.newBuilder().setReference(reference).setBeganAt(now());
    long key;
    synchronized (this) {
      key = number++;
      running.put(key, entry);
    }
    return (response, failure) -> {
      end(key, entry, response, failure);
      watched.ended(response, failure);
    };
  }

  /** The kubelet's request, or the one of {@code berth pull}. */
  private static @Nullable String reference(Object request) {
    return switch (request) {
      case PullImageRequest pull -> pull.getImage().getImage();
      case PullRequest pull -> pull.getReference();
      default -> null;
    };
  }

  private static String image(@Nullable Object response) {
    return switch (response) {
      case PullImageResponse done -> done.getImageRef();
      case PullProgress last -> last.getImageId();
      case null, default -> "";
    };
  }

  /**
   * Notes how far a pull is. Those of one reference share their work, and so what came.
   *
   * @param fetched bytes of layers that came
   * @param size bytes of layers that travel
   */
  public synchronized void came(String reference, long fetched, long size) {
    for (Pull.Builder entry : running.values()) {
      if (entry.getReference().equals(reference)) {
        entry.setFetched(fetched).setSize(size);
      }
    }
  }

  private void end(
      long key, Pull.Builder entry, @Nullable Object response, @Nullable Throwable failure) {
    String image = image(response);
    long size = image.isEmpty() ? 0 : sizeOf.applyAsLong(image);
    synchronized (this) {
      running.remove(key);
      entry.setEndedAt(now()).setImageId(image).setBytes(size);
      if (failure != null) {
        entry.setFailure(String.valueOf(failure.getMessage()));
      }
      ended.addFirst(entry.build());
      if (ended.size() > MOST) {
        ended.removeLast();
      }
      bytes += size;
      succeeded += failure == null ? 1 : 0;
      failed += failure == null ? 0 : 1;
    }
  }

  /** Those that run first, then the last to end first. */
  public synchronized List<Pull> all() {
    List<Pull> all = new ArrayList<>();
    running.values().forEach(entry -> all.add(entry.build()));
    all.addAll(ended);
    return all;
  }

  /** The counts. */
  public synchronized Totals totals() {
    return new Totals(succeeded, failed, bytes, running.size());
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
