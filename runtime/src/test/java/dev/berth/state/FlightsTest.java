package dev.berth.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlightsTest {
  private final Flights<String> flights = new Flights<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void stop() {
    release.countDown();
    threads.shutdownNow();
  }

  private String work() throws InterruptedException {
    runs.incrementAndGet();
    begun.countDown();
    release.await();
    return "done";
  }

  @Test
  void anEqualRequestWaitsForTheRunningOne() throws Exception {
    Future<String> first = threads.submit(() -> flights.join("pod", "config", this::work));
    begun.await();
    Future<String> second = threads.submit(() -> flights.join("pod", "config", this::work));
    release.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("done");
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("done");
  }

  @Test
  void anotherRequestOfThatNameIsRefusedWhileOneRuns() throws Exception {
    Future<String> first = threads.submit(() -> flights.join("pod", "config", this::work));
    begun.await();
    assertThatThrownBy(() -> flights.join("pod", "other", () -> "never"))
        .isInstanceOf(Fault.Aborted.class)
        .hasMessageContaining("pod");
    release.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("done");
    assertThat(runs).hasValue(1);
  }

  @Test
  void everyoneWhoJoinedGetsTheFailureAndTheNameIsFreeAgain() throws Exception {
    Future<String> first =
        threads.submit(
            () ->
                flights.join(
                    "pod",
                    "config",
                    () -> {
                      work();
                      throw new Fault.Internal("broken");
                    }));
    begun.await();
    release.countDown();
    assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Fault.Internal.class);
    assertThat(flights.join("pod", "other", () -> "again")).isEqualTo("again");
  }
}
