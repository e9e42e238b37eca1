package dev.berth.network.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.netns.TestNetns;
import dev.berth.network.Attachment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Prints how long attach and detach take; asserts nothing about it, machines differ. */
class AttachSpeedKernelTest extends NetworkLab {
  private static final int ROUNDS = 200;
  private static final int AT_ONCE = 50;

  @Test
  void oneByOne() throws Exception {
    network.close();
    StepTimes times = new StepTimes();
    network = network(times, RANGE);
    network.recover(List.of());
    network.prepare();
    List<TestNetns> spaces = spaces(ROUNDS);
    List<Attachment> attached = new ArrayList<>();
    print("attach", ROUNDS, i -> attached.add(attach("pod" + i, spaces.get(i))));
    print("detach", ROUNDS, i -> network.detach(attached.get(i)));
    times.print();
    assertThat(network.awaitReaped(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void linksAreGoneSoonAfterTheLastDetach() throws Exception {
    List<Attachment> attached = new ArrayList<>();
    for (TestNetns space : spaces(AT_ONCE)) {
      attached.add(attach("pod" + attached.size(), space));
    }
    for (Attachment attachment : attached) {
      network.detach(attachment);
    }
    long begin = System.nanoTime();
    network.awaitReaped(Duration.ofSeconds(10));
    print("p50 of one: 50 links gone after the last detach", System.nanoTime() - begin);
  }

  @Test
  void fiftyAtOnce() throws Exception {
    List<TestNetns> spaces = spaces(AT_ONCE);
    long[] nanos = new long[AT_ONCE];
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        int number = i;
        running.add(threads.submit(() -> nanos[number] = timed(number, spaces.get(number))));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    Arrays.sort(nanos);
    print("p50 of attach, 50 at once", nanos[AT_ONCE / 2]);
  }

  @Test
  void attachesWhileOthersAreDetached() throws Exception {
    List<Attachment> leaving = new ArrayList<>();
    for (TestNetns space : spaces(20)) {
      leaving.add(attach("leaving" + leaving.size(), space));
    }
    List<TestNetns> spaces = spaces(100);
    Thread detacher = Thread.ofPlatform().start(() -> leaving.forEach(network::detach));
    print("attach while 20 are detached", 100, i -> attach("pod" + i, spaces.get(i)));
    detacher.join();
  }

  private long timed(int number, TestNetns space) {
    long begin = System.nanoTime();
    attach("pod" + number, space);
    return System.nanoTime() - begin;
  }

  private List<TestNetns> spaces(int count) throws Exception {
    List<TestNetns> spaces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spaces.add(TestNetns.make());
    }
    pods.addAll(spaces);
    return spaces;
  }

  private static void print(String what, int rounds, IntConsumer round) {
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      round.accept(i);
      nanos[i] = System.nanoTime() - begin;
    }
    long first = nanos[0];
    Arrays.sort(nanos);
    System.out.printf(
        "%s: p50 %d us, p90 %d us, p99 %d us, first %d us%n",
        what,
        nanos[rounds / 2] / 1000,
        nanos[rounds * 9 / 10] / 1000,
        nanos[rounds * 99 / 100] / 1000,
        first / 1000);
  }

  private static void print(String what, long nanos) {
    System.out.printf("%s: %d us%n", what, nanos / 1000);
  }
}
