package dev.berth.stats;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterfaceCountersTest {
  private static final String TEXT =
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
          lo: 9 9 9 9 0 0 0 0 9 9 9 9 0 0 0 0
        eth0:100 2 3 4 0 0 0 0 500 6 7 8 0 0 0 0
      cut: 1 2
      """;

  @Test
  void readsEveryInterfaceButTheLoopback() {
    assertThat(InterfaceCounters.parse(TEXT).values())
        .containsExactly(new InterfaceCounters("eth0", 100, 2, 3, 4, 500, 6, 7, 8));
  }

  @Test
  void whatOneEndSendsTheOtherReceives() {
    assertThat(requireNonNull(InterfaceCounters.parse(TEXT).get("eth0")).otherEnd("pod"))
        .isEqualTo(new InterfaceCounters("pod", 500, 6, 7, 8, 100, 2, 3, 4));
  }
}
