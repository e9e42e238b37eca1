package dev.berth.events;

import dev.berth.container.LogPaths;
import dev.berth.cri.v1.ContainerEventResponse;
import dev.berth.cri.v1.ContainerEventType;
import dev.berth.cri.v1.GetEventsRequest;
import dev.berth.rpc.Source;
import dev.berth.rpc.StreamVerb;
import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.ContainerState.Ended;
import dev.berth.state.ContainerState.Making;
import dev.berth.state.ContainerState.Running;
import dev.berth.state.ContainerState.Starting;
import dev.berth.state.CreationClock;
import dev.berth.state.Pods;
import dev.berth.state.Sandbox;
import dev.berth.state.SandboxState;
import dev.berth.state.StatusViews;
import dev.berth.state.Watcher;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The hub between what happens and those who want to know. */
public final class ContainerEvents
    implements Watcher, StreamVerb<GetEventsRequest, ContainerEventResponse>, AutoCloseable {
  /** What one client may leave unread, and what may wait to be told. */
  static final int MOST_WAITING = 4096;

  private final Pods pods;
  private final CreationClock clock;
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("berth-events").daemon().factory(),
          (_, _) -> subscriptions.forEach(Subscription::lose));

  public ContainerEvents(Pods pods, CreationClock clock) {
    this.pods = pods;
    this.clock = clock;
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public Source<ContainerEventResponse> open(GetEventsRequest request) {
    Subscription subscription = new Subscription(MOST_WAITING, subscriptions::remove);
    subscriptions.add(subscription);
    return subscription;
  }

  @Override
  public void moved(Container container, ContainerState before, ContainerState after) {
    if (before instanceof Making && !(after instanceof Making)) {
      note(container, ContainerEventType.CONTAINER_CREATED_EVENT);
    }
    if (before instanceof Starting && ran(after)) {
      note(container, ContainerEventType.CONTAINER_STARTED_EVENT);
    }
    if (before.alive() && after instanceof Ended) {
      note(container, ContainerEventType.CONTAINER_STOPPED_EVENT);
    }
  }

  /** A short program's end may be known before its start is. */
  private static boolean ran(ContainerState after) {
    return after instanceof Running
        || (after instanceof Ended ended && !ended.reason().equals("StartError"));
  }

  @Override
  public void moved(Sandbox sandbox, SandboxState before, SandboxState after) {
    if (before instanceof SandboxState.Starting && after instanceof SandboxState.Up) {
      note(sandbox, ContainerEventType.CONTAINER_CREATED_EVENT);
      note(sandbox, ContainerEventType.CONTAINER_STARTED_EVENT);
    }
    if (hasShim(before) && !hasShim(after)) {
      note(sandbox, ContainerEventType.CONTAINER_STOPPED_EVENT);
    }
  }

  private static boolean hasShim(SandboxState state) {
    return switch (state) {
      case SandboxState.Up _ -> true;
      case SandboxState.Stopping stopping -> stopping.shim() != null;
      case SandboxState.Starting _, SandboxState.Down _ -> false;
    };
  }

  @Override
  public void forgotten(Container container) {
    if (StatusViews.shown(container)) {
      note(container, ContainerEventType.CONTAINER_DELETED_EVENT);
    }
  }

  @Override
  public void forgotten(Sandbox sandbox) {
    if (StatusViews.shown(sandbox)) {
      note(sandbox, ContainerEventType.CONTAINER_DELETED_EVENT);
    }
  }

  private void note(Container container, ContainerEventType type) {
    if (!subscriptions.isEmpty()) {
      long at = clock.now();
      String pod = container.sandboxId();
      thread.execute(
          () ->
              tell(container.id(), type, at, pods.findSandbox("pod_sandbox_id", pod).orElse(null)));
    }
  }

  private void note(Sandbox sandbox, ContainerEventType type) {
    if (!subscriptions.isEmpty()) {
      long at = clock.now();
      thread.execute(() -> tell(sandbox.id(), type, at, sandbox));
    }
  }

  private void tell(String id, ContainerEventType type, long at, @Nullable Sandbox sandbox) {
    ContainerEventResponse.Builder event =
        ContainerEventResponse.newBuilder()
            .setContainerId(id)
            .setContainerEventType(type)
            .setCreatedAt(at);
    if (sandbox != null) {
      event.setPodSandboxStatus(StatusViews.status(sandbox));
      for (Container container : sandbox.containers()) {
        if (StatusViews.shown(container)) {
          event.addContainersStatuses(StatusViews.status(container, LogPaths.of(pods, container)));
        }
      }
    }
    ContainerEventResponse built = event.build();
    subscriptions.forEach(subscription -> subscription.add(built));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
