package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.KILL;
import static dev.berth.kernel.SystemCall.PIDFD_OPEN;
import static dev.berth.kernel.SystemCall.PIDFD_SEND_SIGNAL;
import static dev.berth.kernel.SystemCall.WAITID;

import java.util.Optional;

/** Process calls, for real. */
final class LinuxProcesses implements Processes {

  private static final int P_PID = 1;
  private static final int P_PIDFD = 3;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1;

  @Override
  public int spawn(Spawn request) throws ErrnoException {
    Waiting.allowed("posix_spawn");
    return PosixSpawn.start(request);
  }

  @Override
  public Fd pidfdOpen(int pid) throws ErrnoException {
    return Fd.owned((int) PIDFD_OPEN.check(PIDFD_OPEN.raw(pid, 0, 0, 0, 0), "pid " + pid));
  }

  @Override
  public void pidfdSendSignal(Fd pidfd, int signal) throws ErrnoException {
    PIDFD_SEND_SIGNAL.check(PIDFD_SEND_SIGNAL.raw(pidfd.number(), signal, 0, 0, 0), pidfd);
  }

  @Override
  public void kill(int pid, int signal) throws ErrnoException {
    KILL.check(KILL.raw(pid, signal, 0, 0, 0), "pid " + pid);
  }

  @Override
  public Optional<Exit> waitFor(Fd pidfd, int flags) throws ErrnoException {
    return waitFor(P_PIDFD, pidfd.number(), flags, pidfd.toString());
  }

  @Override
  public Optional<Exit> waitFor(int pid, int flags) throws ErrnoException {
    return waitFor(P_PID, pid, flags, "pid " + pid);
  }

  private static Optional<Exit> waitFor(int kind, int id, int flags, String about)
      throws ErrnoException {
    if ((flags & WNOHANG) == 0) {
      Waiting.allowed("waitid");
    }
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(Layout.SIGINFO_SIZE);
      long all = flags | WEXITED;
      WAITID.check(WAITID.repeated(kind, id, scratch.address(at), all, 0), about);
      int pid = scratch.getInt(at + Layout.SIGINFO_PID);
      if (pid == 0) {
        return Optional.empty();
      }
      boolean signalled = scratch.getInt(at + Layout.SIGINFO_CODE) != CLD_EXITED;
      return Optional.of(new Exit(pid, scratch.getInt(at + Layout.SIGINFO_STATUS), signalled));
    }
  }
}
