package dev.berth.state;

import dev.berth.fault.Fault;
import dev.berth.journal.Journal;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.SandboxRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All pods and containers of this daemon, by id and by name. */
public final class Pods {
  private static final int MIN_PREFIX = 1;

  private final Journal journal;
  private final Map<String, Sandbox> sandboxes = new ConcurrentHashMap<>();
  private final Map<String, Container> containers = new ConcurrentHashMap<>();
  private final Map<String, Sandbox> sandboxNames = new ConcurrentHashMap<>();
  private final Map<String, Container> containerNames = new ConcurrentHashMap<>();

  private volatile Watcher watcher = Watcher.NOBODY;

  public Pods(Journal journal) {
    this.journal = journal;
  }

  /**
   * Sets who hears of all changes from now on; once, after recovery, whose findings are no news.
   */
  public void watchedBy(Watcher hearer) {
    watcher = hearer;
    sandboxes.values().forEach(s -> s.watchedBy(hearer));
    containers.values().forEach(c -> c.watchedBy(hearer));
  }

  /**
   * Writes down that a pod is about to be made, and reserves its name.
   *
   * @throws Fault.AlreadyExists when another pod has the name
   */
  public Sandbox intend(SandboxRecord born) {
    Sandbox sandbox = new Sandbox(born, new SandboxState.Starting(), journal);
    sandbox.watchedBy(watcher);
    Sandbox other = sandboxNames.putIfAbsent(sandbox.name(), sandbox);
    if (other != null) {
      throw new Fault.AlreadyExists(
          "pod name " + sandbox.name() + " is taken by pod " + other.id());
    }
    try {
      journal.put(Sandbox.key(born.getId()), born.toByteArray());
    } catch (RuntimeException e) {
      sandboxNames.remove(sandbox.name(), sandbox);
      throw e;
    }
    sandboxes.put(sandbox.id(), sandbox);
    return sandbox;
  }

  /** Forgets a pod; one that is not there is no error. */
  public void forget(Sandbox sandbox) {
    sandbox.retire(() -> journal.forget(Sandbox.key(sandbox.id())));
    sandboxNames.remove(sandbox.name(), sandbox);
    if (sandboxes.remove(sandbox.id()) != null) {
      watcher.forgotten(sandbox);
    }
  }

  /**
   * Writes down that a container is about to be made, and reserves its name.
   *
   * @throws Fault.AlreadyExists when another container of the pod has name and attempt
   * @throws Fault.FailedPrecondition when the pod is stopped
   */
  public Container intend(Sandbox sandbox, ContainerRecord born) {
    Container container = new Container(born, new ContainerState.Making(), journal);
    container.watchedBy(watcher);
    Container other = containerNames.putIfAbsent(container.name(), container);
    if (other != null) {
      throw new Fault.AlreadyExists(
          "container name " + container.name() + " is taken by container " + other.id());
    }
    try {
      sandbox.add(container);
      journal.put(Container.key(born.getId()), born.toByteArray());
    } catch (RuntimeException e) {
      sandbox.drop(container.id());
      containerNames.remove(container.name(), container);
      throw e;
    }
    containers.put(container.id(), container);
    return container;
  }

  /** Forgets a container; one that is not there is no error. */
  public void forget(Container container) {
    container.retire(() -> journal.forget(Container.key(container.id())));
    boolean known = containers.remove(container.id()) != null;
    containerNames.remove(container.name(), container);
    Sandbox sandbox = sandboxes.get(container.sandboxId());
    if (sandbox != null) {
      sandbox.drop(container.id());
    }
    if (known) {
      watcher.forgotten(container);
    }
  }

  /** Takes in a pod that recovery found in the journal. */
  public void adopt(Sandbox sandbox) {
    sandboxes.put(sandbox.id(), sandbox);
    sandboxNames.put(sandbox.name(), sandbox);
  }

  /** Takes in a container that recovery found in the journal, after its pod. */
  public void adopt(Sandbox sandbox, Container container) {
    sandbox.adopt(container);
    containers.put(container.id(), container);
    containerNames.put(container.name(), container);
  }

  /** The pod that has a name, if any. */
  public Optional<Sandbox> sandboxNamed(String name) {
    return Optional.ofNullable(sandboxNames.get(name));
  }

  /** The container that has a name in its pod, if any. */
  public Optional<Container> containerNamed(String name) {
    return Optional.ofNullable(containerNames.get(name));
  }

  /**
   * The pod with an id or with the one id that begins so.
   *
   * @param field the request's field, for the error
   * @throws Fault.NotFound when there is none
   * @throws Fault.InvalidArgument when the id is empty or begins more than one
   */
  public Sandbox sandbox(String field, String id) {
    return findSandbox(field, id)
        .orElseThrow(() -> new Fault.NotFound(field + " \"" + shown(id) + "\": no such pod"));
  }

  /** Like {@link #sandbox}, for requests to which a pod that is gone is no error. */
  public Optional<Sandbox> findSandbox(String field, String id) {
    return Optional.ofNullable(find(sandboxes, field, id));
  }

  /**
   * The container with an id or with the one id that begins so.
   *
   * @param field the request's field, for the error
   * @throws Fault.NotFound when there is none
   * @throws Fault.InvalidArgument when the id is empty or begins more than one
   */
  public Container container(String field, String id) {
    return findContainer(field, id)
        .orElseThrow(() -> new Fault.NotFound(field + " \"" + shown(id) + "\": no such container"));
  }

  /** Like {@link #container}, for requests to which a container that is gone is no error. */
  public Optional<Container> findContainer(String field, String id) {
    return Optional.ofNullable(find(containers, field, id));
  }

  /** All pods, newest first. */
  public List<Sandbox> sandboxes() {
    return sandboxes.values().stream()
        .sorted(Comparator.comparingLong((Sandbox s) -> s.born().getCreatedAt()).reversed())
        .toList();
  }

  /** All containers, newest first. */
  public List<Container> containers() {
    return containers.values().stream()
        .sorted(Comparator.comparingLong((Container c) -> c.born().getCreatedAt()).reversed())
        .toList();
  }

  /** Whether there is a container with exactly this id. */
  public boolean hasContainer(String id) {
    return containers.containsKey(id);
  }

  /** All pods in no order. */
  public Collection<Sandbox> anySandboxes() {
    return sandboxes.values();
  }

  private static <T> @Nullable T find(Map<String, T> all, String field, String id) {
    if (id.length() < MIN_PREFIX) {
      throw Fault.InvalidArgument.of(field, id, "must not be empty");
    }
    T exact = all.get(id);
    if (exact != null) {
      return exact;
    }
    List<String> matches = all.keySet().stream().filter(k -> k.startsWith(id)).limit(2).toList();
    if (matches.size() > 1) {
      throw Fault.InvalidArgument.of(field, shown(id), "ambiguous: more than one id begins so");
    }
    return matches.isEmpty() ? null : all.get(matches.getFirst());
  }

  /** A client's id in an error message: bounded. */
  private static String shown(String id) {
    return id.length() <= 128 ? id : id.substring(0, 128) + "…";
  }
}
