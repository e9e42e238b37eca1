package dev.berth.kernel;

import static dev.berth.kernel.SystemCall.EPOLL_CREATE1;
import static dev.berth.kernel.SystemCall.EPOLL_CTL;
import static dev.berth.kernel.SystemCall.EPOLL_PWAIT;

import java.time.Duration;

/** An epoll instance, for real. */
final class LinuxEpoll implements Epoll {

  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int CTL_MOD = 3;
  private static final int MOST_EVENTS = 64;

  private final Fd epoll;

  private LinuxEpoll(Fd epoll) {
    this.epoll = epoll;
  }

  static Epoll make() throws ErrnoException {
    long fd = EPOLL_CREATE1.raw(OpenFlags.O_CLOEXEC, 0, 0, 0, 0);
    return new LinuxEpoll(Fd.owned((int) EPOLL_CREATE1.check(fd, "")));
  }

  @Override
  public void add(Fd fd, int events, long token) throws ErrnoException {
    EPOLL_CTL.check(control(CTL_ADD, fd, events, token), fd);
  }

  @Override
  public void modify(Fd fd, int events, long token) throws ErrnoException {
    EPOLL_CTL.check(control(CTL_MOD, fd, events, token), fd);
  }

  @Override
  public void remove(Fd fd) throws ErrnoException {
    long result = control(CTL_DEL, fd, 0, 0);
    if (result != -Errno.ENOENT) {
      EPOLL_CTL.check(result, fd);
    }
  }

  private long control(int operation, Fd fd, int events, long token) {
    try (var scratch = Scratch.take()) {
      int at = scratch.reserve(Layout.EPOLL_EVENT_SIZE);
      scratch.putInt(at, events).putLong(at + Layout.EPOLL_EVENT_DATA, token);
      return EPOLL_CTL.raw(epoll.number(), operation, fd.number(), scratch.address(at), 0);
    }
  }

  /** Events are copied out before the first is handled: a handler may make calls of its own. */
  @Override
  public int await(Duration timeout, Handler handler) throws ErrnoException {
    Waiting.allowed("epoll_pwait");
    var tokens = new long[MOST_EVENTS];
    var events = new int[MOST_EVENTS];
    int count = await(timeout, tokens, events);
    for (int i = 0; i < count; i++) {
      handler.on(tokens[i], events[i]);
    }
    return count;
  }

  private int await(Duration timeout, long[] tokens, int[] events) throws ErrnoException {
    long millis = timeout.isNegative() ? -1 : Math.min(timeout.toMillis(), Integer.MAX_VALUE);
    try (var scratch = Scratch.take()) {
      int at = scratch.reserveRaw(MOST_EVENTS * Layout.EPOLL_EVENT_SIZE);
      long count = EPOLL_PWAIT.raw(epoll.number(), scratch.address(at), MOST_EVENTS, millis, 0);
      if (count == -Errno.EINTR) {
        return 0;
      }
      EPOLL_PWAIT.check(count, epoll);
      for (int i = 0; i < count; i++) {
        int event = at + i * Layout.EPOLL_EVENT_SIZE;
        events[i] = scratch.getInt(event);
        tokens[i] = scratch.getLong(event + Layout.EPOLL_EVENT_DATA);
      }
      return (int) count;
    }
  }

  @Override
  public void close() {
    epoll.close();
  }
}
