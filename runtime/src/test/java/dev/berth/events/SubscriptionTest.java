package dev.berth.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cri.v1.ContainerEventResponse;
import dev.berth.fault.Fault;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
  private final Subscription subscription = new Subscription(2, _ -> {});

  @Test
  void givesEventsInOrderAndWakesTheReader() {
    AtomicInteger woken = new AtomicInteger();
    subscription.whenReady(woken::incrementAndGet);
    subscription.add(event("a"));
    subscription.add(event("b"));
    assertThat(woken).hasValue(2);
    assertThat(subscription.poll()).isEqualTo(event("a"));
    assertThat(subscription.poll()).isEqualTo(event("b"));
    assertThat(subscription.poll()).isNull();
    assertThat(subscription.ended()).isFalse();
  }

  @Test
  void aReaderThatIsTooSlowGetsWhatThereWasRoomForAndIsTold() {
    subscription.add(event("a"));
    subscription.add(event("b"));
    subscription.add(event("lost"));
    assertThat(subscription.poll()).isEqualTo(event("a"));
    subscription.add(event("after a gap: never shown"));
    assertThat(subscription.poll()).isEqualTo(event("b"));
    assertThatThrownBy(subscription::poll)
        .isInstanceOf(Fault.ResourceExhausted.class)
        .hasMessageContaining("list again");
  }

  private static ContainerEventResponse event(String id) {
    return ContainerEventResponse.newBuilder().setContainerId(id).build();
  }
}
