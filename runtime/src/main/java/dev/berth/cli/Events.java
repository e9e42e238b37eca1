package dev.berth.cli;

import dev.berth.cri.v1.ContainerEventResponse;
import dev.berth.cri.v1.GetEventsRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code berth events}: what becomes of pods and containers, as it happens. */
@Command(
    name = "events",
    description = "Show what becomes of pods and containers from now on; one line an event.")
final class Events implements Callable<Integer> {
  @Mixin Client client = new Client();

  @Override
  public Integer call() throws Exception {
    return client.run(
        "events",
        stubs ->
            stubs
                .endless()
                .getContainerEvents(GetEventsRequest.getDefaultInstance())
                .forEachRemaining(
                    event ->
                        System.out.println(
                            client.json() ? MessageJson.of(event).toString() : line(event))));
  }

  static String line(ContainerEventResponse event) {
    var pod = event.getPodSandboxStatus();
    boolean about = event.getContainerId().equals(pod.getId());
    String type =
        event
            .getContainerEventType()
            .name()
            .replaceAll("^CONTAINER_|_EVENT$", "")
            .toLowerCase(Locale.ROOT);
    return "%s %-8s %-9s %-13s %s/%s"
        .formatted(
            Instant.ofEpochSecond(0, event.getCreatedAt()).truncatedTo(ChronoUnit.MILLIS),
            type,
            about ? "pod" : "container",
            Amounts.id(event.getContainerId()),
            pod.getMetadata().getNamespace(),
            pod.getMetadata().getName())
        .replaceAll("\\p{Cntrl}", "?");
  }
}
