package dev.berth.network.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import dev.berth.kernel.Kernel;
import dev.berth.netns.TestNetns;
import dev.berth.network.Attachment;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import dev.berth.network.NetworkSettings;
import dev.berth.steps.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BuiltinNetworkKernelTest extends NetworkLab {

  @Test
  void podsReachEachOtherAndTheHost() throws Exception {
    TestNetns one = pod();
    TestNetns two = pod();
    Attachment first = attach("one", one);
    Attachment second = attach("two", two);
    try (Echo _ = two.call(() -> Echo.tcp(80));
        Echo _ = Echo.tcp(81)) {
      assertThat(tcp(one, ip(second), 80)).isEqualTo(ip(first));
      assertThat(tcp(two, "127.0.0.1", 80)).isEqualTo("127.0.0.1");
      assertThat(tcp(one, "10.88.0.1", 81)).isEqualTo(ip(first));
      assertThat(Echo.askTcp(ip(second), 80)).isEqualTo("10.88.0.1");
    }
    assertThat(one.run("ip", "-6", "addr", "show", "eth0")).isEmpty();
    assertThat(one.run("ip", "link", "show", "eth0")).contains("0a:58:0a:58:00:02");
    assertThat(network.readiness().ready()).isTrue();
    network.detach(first);
    assertThat(tcp(two, ip(first), 80)).startsWith("failed");
    network.detach(first);
    network.detach(second);
  }

  @Test
  void podsReachTheOutsideUnderTheHostsAddress() throws Exception {
    TestNetns outside = outside();
    TestNetns one = pod();
    attach("one", one);
    try (Echo _ = outside.call(() -> Echo.tcp(80));
        Echo _ = outside.call(() -> Echo.udp(81))) {
      assertThat(tcp(one, "192.0.2.2", 80)).isEqualTo("192.0.2.1");
      assertThat(one.call(() -> Echo.askUdp("192.0.2.2", 81))).isEqualTo("192.0.2.1");
    }
  }

  @Test
  void manyAttachesAtOnceHaveAddressesOfTheirOwnAndNothingStays() throws Exception {
    int count = 200;
    List<TestNetns> spaces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spaces.add(pod());
    }
    List<Attachment> attached = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      List<Future<Attachment>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String id = "pod" + i;
        TestNetns space = spaces.get(i);
        running.add(threads.submit(() -> attach(id, space)));
      }
      for (Future<Attachment> one : running) {
        attached.add(one.get());
      }
      Set<String> addresses = new HashSet<>();
      attached.forEach(attachment -> addresses.add(ip(attachment)));
      assertThat(addresses).hasSize(count);
      attached.forEach(attachment -> threads.execute(() -> network.detach(attachment)));
    }
    assertThat(network.awaitReaped(Duration.ofSeconds(10))).isTrue();
    assertThat(links().lines().filter(line -> line.contains("bth"))).hasSize(1);
  }

  @Test
  void anAddressIsGivenOutAgainOnlyWhenItsLinkIsGone() throws Exception {
    network.close();
    network = network("10.88.0.0/29");
    network.recover(List.of());
    List<Attachment> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(attach("pod" + i, pod()));
    }
    TestNetns sixth = pod();
    assertThatThrownBy(() -> attach("sixth", sixth))
        .isInstanceOf(Fault.ResourceExhausted.class)
        .hasMessage("no address is free in pod range 10.88.0.0/29: all 5 are in use");
    network.detach(all.get(2));
    network.awaitReaped(Duration.ofSeconds(5));
    assertThat(ip(attach("sixth", sixth))).isEqualTo(ip(all.get(2)));
  }

  @Test
  void aFailureAtAnyStepLeavesNothing() throws Exception {
    List<String> steps = List.of("ground", "host-ports", "address", "link", "pod", "open-ports");
    for (String step : steps) {
      network.close();
      network = network(failing(step), "10.88.0.0/30");
      network.recover(List.of());
      TestNetns pod = pod();
      assertThatThrownBy(() -> attach("one", pod, HostPort.parse("tcp:8080:80")))
          .isInstanceOf(Fault.Internal.class)
          .hasMessage("attach pod test/one: broken after " + step);
      network.awaitReaped(Duration.ofSeconds(5));
      assertThat(links().lines().filter(line -> line.contains("bth"))).hasSize(1);
      network.close();
      network = network("10.88.0.0/30");
      network.recover(List.of());
      network.detach(attach("one", pod, HostPort.parse("tcp:8080:80")));
      network.awaitReaped(Duration.ofSeconds(5));
    }
  }

  @Test
  void recoveryKeepsTheLiveAndRemovesTheRest() throws Exception {
    TestNetns one = pod();
    TestNetns two = pod();
    Attachment live = attach("one", one);
    Attachment lost = attach("two", two);
    network.close();
    network = network(RANGE);
    network.recover(List.of(Attachment.decode(live.encode())));
    assertThat(links()).contains(live.link()).doesNotContain(lost.link());
    assertThat(ip(attach("three", pod()))).isEqualTo(ip(lost));
    try (Echo _ = one.call(() -> Echo.tcp(80))) {
      assertThat(Echo.askTcp(ip(live), 80)).isEqualTo("10.88.0.1");
    }
    network.detach(live);
  }

  @Test
  void aPodWhoseNamespaceIsGoneIsDetached() throws Exception {
    TestNetns one = pod();
    Attachment attachment = attach("one", one);
    one.close();
    network.detach(attachment);
    assertThat(network.awaitReaped(Duration.ofSeconds(5))).isTrue();
    assertThat(links()).doesNotContain(attachment.link());
  }

  @Test
  void theBridgeComesBackWhenSomebodyRemovedIt() throws Exception {
    TestNetns one = pod();
    TestNetns two = pod();
    Attachment first = attach("one", one);
    TestNetns.host("ip", "link", "del", "bth" + INSTANCE);
    assertThat(network.readiness().ready()).isTrue();
    attach("two", two);
    try (Echo _ = one.call(() -> Echo.tcp(80))) {
      assertThat(Echo.askTcp(ip(first), 80)).isEqualTo("10.88.0.1");
    }
  }

  /** kill -9 in the middle: the thread never comes back, and a new daemon recovers. */
  @Test
  void aDaemonThatDiedAtAnyStepIsCleanedUpAfter() throws Exception {
    List<String> steps = List.of("address", "link", "pod", "note", "open-ports");
    for (String step : steps) {
      network.close();
      CountDownLatch stuck = new CountDownLatch(1);
      BuiltinNetwork dying = network(hanging(step, stuck), RANGE);
      dying.recover(List.of());
      TestNetns pod = pod();
      Thread.ofPlatform()
          .daemon()
          .start(() -> dying.attach(request("one", pod, HostPort.parse("tcp:8080:80"))));
      assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
      dying.close();
      network = network(RANGE);
      network.recover(List.of());
      assertThat(links().lines().filter(line -> line.contains("bth"))).hasSize(1);
      Attachment again = attach("one", pod, HostPort.parse("tcp:8080:80"));
      assertThat(TestNetns.host("nft", "list", "map", "inet", "berth-" + INSTANCE, "any4"))
          .contains("tcp . 8080 : " + ip(again) + " . 80");
      network.detach(again);
      assertThat(TestNetns.host("nft", "list", "map", "inet", "berth-" + INSTANCE, "any4"))
          .doesNotContain("8080");
      network.awaitReaped(Duration.ofSeconds(5));
    }
  }

  private static Faults hanging(String at, CountDownLatch stuck) {
    return new Faults() {
      @Override
      public void after(String operation, int number, String step) throws Exception {
        if (step.equals(at)) {
          stuck.countDown();
          Thread.sleep(Duration.ofDays(1));
        }
      }
    };
  }

  @Test
  void aRangeThatTheHostRoutesElsewhereIsRefused() {
    TestNetns.host("ip", "link", "add", "dum0", "up", "type", "bridge");
    try {
      TestNetns.host("ip", "addr", "add", "10.88.0.200/28", "dev", "dum0");
      assertThat(network.readiness().message())
          .startsWith("pod range 10.88.0.0/24 overlaps the host's route to 10.88.0.")
          .endsWith("on link dum0");
      TestNetns pod = pod();
      assertThatThrownBy(() -> attach("one", pod)).isInstanceOf(Fault.FailedPrecondition.class);
    } finally {
      TestNetns.host("ip", "link", "del", "dum0");
    }
  }

  @Test
  void twoInstancesDoNotShareARange() {
    network.prepare();
    NetworkSettings other =
        new NetworkSettings("ffffffff", List.of(Cidr.parse("10.88.0.0/16")), 0, locks);
    BuiltinNetwork second = new BuiltinNetwork(other, Kernel.linux(), Faults.NONE);
    second.recover(List.of());
    assertThat(second.readiness().message())
        .isEqualTo("pod range 10.88.0.0/16 overlaps 10.88.0.0/24 of Berth instance 0a1b2c3d");
    assertThatThrownBy(second::prepare).isInstanceOf(Fault.FailedPrecondition.class);
    second.close();
  }

  @Test
  void podsOfSeveralRangesReachEachOther() throws Exception {
    network.close();
    network = network("10.88.0.0/30", "10.88.0.4/30", "10.99.0.0/24");
    network.recover(List.of());
    TestNetns first = pod();
    Attachment one = attach("one", first);
    Attachment two = attach("two", pod());
    Attachment three = attach("three", pod());
    assertThat(List.of(ip(one), ip(two), ip(three)))
        .containsExactly("10.88.0.2", "10.88.0.6", "10.99.0.2");
    try (Echo _ = first.call(() -> Echo.tcp(80))) {
      assertThat(tcp(pods.get(1), ip(one), 80)).isEqualTo(ip(two));
      assertThat(tcp(pods.get(2), ip(one), 80)).isEqualTo(ip(three));
    }
    for (Attachment attachment : List.of(one, two, three)) {
      network.detach(attachment);
    }
  }

  @Test
  void rangesThatTheClusterGivesLaterAreForNewPods() throws Exception {
    TestNetns first = pod();
    Attachment one = attach("one", first);
    network.useRanges(List.of(Cidr.parse("10.99.0.0/24")));
    network.useRanges(List.of(Cidr.parse("10.99.0.0/24")));
    Attachment two = attach("two", pod());
    assertThat(ip(two)).isEqualTo("10.99.0.2");
    try (Echo _ = first.call(() -> Echo.tcp(80))) {
      assertThat(tcp(pods.get(1), ip(one), 80)).isEqualTo(ip(two));
    }
    assertThatThrownBy(() -> network.useRanges(List.of(Cidr.parse("10.99.0.0/16"))))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("overlap");
    assertThat(ip(attach("three", pod()))).isEqualTo("10.99.0.3");
    network.detach(one);
    network.detach(two);
  }

  @Test
  void noAttachBeforeRecovery() {
    BuiltinNetwork early = network(RANGE);
    TestNetns pod = pod();
    assertThatThrownBy(() -> early.attach(request("one", pod)))
        .isInstanceOf(Fault.Unavailable.class);
    early.close();
  }
}
