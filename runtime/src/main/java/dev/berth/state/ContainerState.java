package dev.berth.state;

/**
 * Where a container is in its life. The transitions are the methods of the states in which they are
 * possible; {@link Container} applies them.
 */
public sealed interface ContainerState {

  /** Being made; not shown to anybody yet. */
  record Making() implements ContainerState {}

  /**
   * Its init waits for the start.
   *
   * @param pid the init's process id on the host
   */
  record Waiting(int pid) implements ContainerState {}

  /**
   * The init was told to go on, and nobody knows yet whether its program could be run.
   *
   * @param startedAt when it was told, in nanoseconds since the epoch
   */
  record Starting(int pid, long startedAt) implements ContainerState {}

  /** Its program runs. */
  record Running(int pid, long startedAt) implements ContainerState {}

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
      implements ContainerState {}

  /** When it was started, in nanoseconds since the epoch; 0 if it was not. */
  default long startTime() {
    return switch (this) {
      case Making _, Waiting _ -> 0;
      case Starting s -> s.startedAt();
      case Running r -> r.startedAt();
      case Ended e -> e.startedAt();
    };
  }

  /** Whether a process of it may exist. */
  default boolean alive() {
    return switch (this) {
      case Making _, Ended _ -> false;
      case Waiting _, Starting _, Running _ -> true;
    };
  }
}
