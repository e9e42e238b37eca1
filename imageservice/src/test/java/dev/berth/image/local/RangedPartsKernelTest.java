package dev.berth.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.security.auth.module.UnixSystem;
import dev.berth.image.layer.TarBuilder;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large layer from a registry whose connections are slow one by one. */
class RangedPartsKernelTest {
  private static final int CHUNK = 64 << 10;
  private static final int PART = 4 << 20;

  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;
  private final TestImage image =
      TestImage.ofTars(
          TestImage.Packing.PLAIN, List.of(new TarBuilder().file("noise", noise()).build()));
  private final byte[] layer = image.blob(image.layers.getFirst());
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private static byte[] noise() {
    byte[] bytes = new byte[(5 * PART) + 12_345];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    registry = new FakeRegistry();
    registry.serve("app", "v1", image, false);
    store = new StoreFixture(dir, Faults.NONE, Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      store.close();
      registry.close();
    }
  }

  private void serve(FakeRegistry.Gate trouble) {
    registry.handler(
        FakeRegistry.blobs("app", image.layers.getFirst()),
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          ranges.add(String.valueOf(range));
          most.accumulateAndGet(open.incrementAndGet(), Math::max);
          try {
            if (!trouble.answer(exchange)) {
              slowly(exchange, range, layer.length);
            }
          } finally {
            open.decrementAndGet();
          }
        });
  }

  /** About 60 MiB a second, and no more than some bytes. */
  private void slowly(HttpExchange exchange, String range, int bytes) throws IOException {
    String[] bounds = range.substring("bytes=".length()).split("-", -1);
    int from = Integer.parseInt(bounds[0]);
    int to = bounds[1].isEmpty() ? layer.length : Integer.parseInt(bounds[1]) + 1;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, layer.length));
    exchange.sendResponseHeaders(206, to - from);
    for (int at = from; at < Math.min(to, from + bytes); at += CHUNK) {
      exchange.getResponseBody().write(layer, at, Math.min(CHUNK, to - at));
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void pull() {
    assertThat(store.pull(registry.authority() + "/app:v1").id()).hasToString(image.id());
  }

  @Test
  void partsTravelAtTheSameTimeAndNoneTwice() {
    serve(exchange -> false);
    pull();
    assertThat(ranges).hasSize(6).doesNotHaveDuplicates();
    assertThat(ranges.getFirst()).isEqualTo("bytes=0-" + (PART - 1));
    assertThat(ranges).contains("bytes=" + 5 * PART + "-");
    assertThat(most.get()).isBetween(2, 4);
  }

  @Test
  void aHostWithoutRangesSendsItOnce() {
    serve(
        exchange -> {
          FakeRegistry.serve(exchange, new FakeRegistry.Content(layer, "application/octet-stream"));
          return true;
        });
    pull();
    assertThat(ranges).hasSize(1);
  }

  @Test
  void aHostThatServesOneConnectionOnlyIsAskedOverOne() {
    serve(
        exchange -> {
          if (open.get() < 2) {
            return false;
          }
          exchange.sendResponseHeaders(429, -1);
          return true;
        });
    pull();
  }

  @Test
  void aPartThatBreaksOffGoesOnWhereItWas() {
    AtomicInteger broken = new AtomicInteger();
    serve(
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          if (!range.startsWith("bytes=" + 2 * PART + "-") || broken.getAndIncrement() > 0) {
            return false;
          }
          slowly(exchange, range, 3 * CHUNK);
          return true;
        });
    pull();
    assertThat(broken).hasValue(1);
    assertThat(ranges)
        .anyMatch(r -> r.endsWith("-" + (3 * PART - 1)) && !r.startsWith("bytes=" + 2 * PART));
  }
}
