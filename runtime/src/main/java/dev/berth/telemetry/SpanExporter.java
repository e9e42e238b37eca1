package dev.berth.telemetry;

import java.io.Closeable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector, behind the answers: OTLP over HTTP, in JSON.
 *
 * <p>What the collector does not take in time is dropped and counted; a request never waits for it.
 * Made only when an endpoint is configured: without one none of its classes is loaded.
 */
public final class SpanExporter implements Consumer<Call>, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SpanExporter.class);

  private static final int MOST_WAITING = 4096;
  private static final int MOST_TOGETHER = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI endpoint;
  private final String instance;
  private final String version;
  private final BlockingQueue<Call> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicLong dropped = new AtomicLong();
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Thread thread;
  private boolean failing;

  /** Begins to export. */
  public SpanExporter(URI endpoint, String instance, String version) {
    this.endpoint = endpoint;
    this.instance = instance;
    this.version = version;
    this.thread = Thread.ofPlatform().name("berth-spans").daemon().start(this::run);
  }

  @Override
  public void accept(Call call) {
    // the last two digits are flags, the lowest bit is "sampled"
    String sent = call.traceparent();
    boolean unwanted = sent != null && sent.matches(".*-[0-9a-f][02468ace]");
    if (!unwanted && !waiting.offer(call)) {
      dropped.incrementAndGet();
    }
  }

  /** How many requests' spans could not be sent. */
  public long dropped() {
    return dropped.get();
  }

  private void run() {
    List<Call> some = new ArrayList<>();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        some.add(waiting.take());
        waiting.drainTo(some, MOST_TOGETHER - 1);
        send(some);
        some.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(List<Call> some) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(SpanJson.of(some, instance, version)))
            .build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      took(status / 100 == 2, "it answered " + status, some.size());
    } catch (java.io.IOException e) {
      took(false, e.toString(), some.size());
    }
  }

  /** The first failure of a row is logged, and the end of the row. */
  private void took(boolean well, String why, int count) {
    if (!well) {
      dropped.addAndGet(count);
    }
    if (well == failing) {
      failing = !well;
      if (failing) {
        LOG.warn("send spans to {}: {}; they are dropped until it takes them", endpoint, why);
      } else {
        LOG.info("spans are taken by {} again; {} were dropped so far", endpoint, dropped.get());
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    client.shutdownNow();
  }
}
