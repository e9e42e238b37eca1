package dev.berth.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starting, signalling and waiting for processes. All throw {@link ErrnoException}. */
public interface Processes {

  /** SIGHUP, SIGKILL and the others have the same numbers on both architectures. */
  int SIGKILL = 9;

  int SIGTERM = 15;

  /** Do not wait: answer empty when nothing ended. */
  int WNOHANG = 1;

  /** Leave the process waitable. */
  int WNOWAIT = 0x01000000;

  /**
   * A process to start.
   *
   * @param executable path; {@link Fd#procPath()} runs an open file (not a script)
   * @param arguments argv, the program's name first
   * @param environment KEY=VALUE strings; nothing is inherited
   * @param descriptors the number in the new process → what it is there; all others are closed, so
   *     0, 1 and 2 must be given where they are wanted
   * @param newSession whether it leads a session of its own (setsid)
   */
  record Spawn(
      String executable,
      List<String> arguments,
      List<String> environment,
      Map<Integer, Fd> descriptors,
      boolean newSession) {
    public Spawn {
      arguments = List.copyOf(arguments);
      environment = List.copyOf(environment);
      descriptors = Map.copyOf(descriptors);
    }
  }

  /**
   * Starts a process by posix_spawn(3), with default signal actions and an empty signal mask. The
   * child must be waited for.
   *
   * @return its pid
   */
  int spawn(Spawn request) throws ErrnoException;

  /** A descriptor of a process (pidfd_open(2)). */
  Fd pidfdOpen(int pid) throws ErrnoException;

  /** Signals through a pidfd; ESRCH when it has ended and was reaped (pidfd_send_signal(2)). */
  void pidfdSendSignal(Fd pidfd, int signal) throws ErrnoException;

  /** Signals by pid; 0 only checks (kill(2)). */
  void kill(int pid, int signal) throws ErrnoException;

  /**
   * Waits for a child by pidfd (waitid(2), P_PIDFD, WEXITED).
   *
   * @param flags 0, WNOHANG, WNOWAIT
   * @return how it ended; empty only with WNOHANG
   */
  Optional<Exit> waitFor(Fd pidfd, int flags) throws ErrnoException;

  /** Waits for a child by pid (waitid(2), P_PID, WEXITED). */
  Optional<Exit> waitFor(int pid, int flags) throws ErrnoException;

  /**
   * How a process ended.
   *
   * @param pid which
   * @param status exit status, or the signal's number when {@code signalled}
   * @param signalled whether a signal ended it
   */
  record Exit(int pid, int status, boolean signalled) {}
}
