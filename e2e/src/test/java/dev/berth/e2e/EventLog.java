package dev.berth.e2e;

import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.ContainerEventResponse;
import dev.berth.cri.v1.GetEventsRequest;
import dev.berth.e2e.cri.CriClient;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A subscriber of GetContainerEvents that keeps what it gets. */
final class EventLog implements AutoCloseable {
  private final List<ContainerEventResponse> events = new CopyOnWriteArrayList<>();
  private final Context.CancellableContext context = Context.ROOT.withCancellation();
  private final CriClient client;

  EventLog(Path socket) {
    client = new CriClient(socket);
    Thread.ofPlatform().daemon().start(() -> context.run(this::read));
  }

  private void read() {
    try {
      client
          .runtime()
          .getContainerEvents(GetEventsRequest.getDefaultInstance())
          .forEachRemaining(events::add);
    } catch (StatusRuntimeException e) {
      // the daemon or the test ended it
    }
  }

  /** Waits for an event of this object, and gives all there are of it as {@code TYPE} words. */
  List<String> of(String id, String last) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> words(id).contains(last));
    return words(id);
  }

  /** All events there are. */
  List<ContainerEventResponse> all() {
    return events;
  }

  private List<String> words(String id) {
    return events.stream()
        .filter(event -> event.getContainerId().equals(id))
        .map(event -> event.getContainerEventType().name().replaceAll("CONTAINER_|_EVENT", ""))
        .toList();
  }

  @Override
  public void close() {
    context.cancel(null);
    client.close();
  }
}
