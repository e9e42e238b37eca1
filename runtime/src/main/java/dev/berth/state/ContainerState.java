package dev.berth.state;

import dev.berth.state.v1.ContainerPhase;

/**
 * Where a container is in its life. The transitions are the methods of the states in which they are
 * possible; {@link Container} applies them. Why they answer by methods: {@link SandboxState}.
 */
public sealed interface ContainerState {

  /**
   * How the journal names it. A daemon that dies while it waits for exec's result finds out from
   * the shim, so that one that is starting is written down as started.
   */
  ContainerPhase phase();

  /** Whether a process of it may exist. */
  boolean alive();

  /** When it was started, in nanoseconds since the epoch; 0 if it was not. */
  default long startedAt() {
    return 0;
  }

  /** Being made; not shown to anybody yet. */
  record Making() implements ContainerState {
    @Override
    public ContainerPhase phase() {
      return ContainerPhase.CONTAINER_MAKING;
    }

    @Override
    public boolean alive() {
      return false;
    }
  }

  /**
   * Its init waits for the start.
   *
   * @param pid the init's process id on the host
   */
  record Waiting(int pid) implements ContainerState {
    @Override
    public ContainerPhase phase() {
      return ContainerPhase.CONTAINER_WAITING;
    }

    @Override
    public boolean alive() {
      return true;
    }
  }

  /**
   * The init was told to go on, and nobody knows yet whether its program could be run.
   *
   * @param startedAt when it was told, in nanoseconds since the epoch
   */
  record Starting(int pid, long startedAt) implements ContainerState {
    @Override
    public ContainerPhase phase() {
      return ContainerPhase.CONTAINER_STARTED;
    }

    @Override
    public boolean alive() {
      return true;
    }
  }

  /** Its program runs. */
  record Running(int pid, long startedAt) implements ContainerState {
    @Override
    public ContainerPhase phase() {
      return ContainerPhase.CONTAINER_STARTED;
    }

    @Override
    public boolean alive() {
      return true;
    }
  }

  /**
   * Its program ended, or will never run.
   *
   * @param startedAt 0 if it was never started
   * @param finishedAt nanoseconds since the epoch
   * @param exitCode the program's own, or 128 + the signal that ended it
   * @param reason one word for machines, as the field knows it: Completed, Error, OOMKilled,
   *     StartError
   * @param message more for people; may be empty
   */
  record Ended(long startedAt, long finishedAt, int exitCode, String reason, String message)
      implements ContainerState {
    @Override
    public ContainerPhase phase() {
      return ContainerPhase.CONTAINER_ENDED;
    }

    @Override
    public boolean alive() {
      return false;
    }
  }
}
