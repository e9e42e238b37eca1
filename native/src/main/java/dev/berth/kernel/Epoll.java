package dev.berth.kernel;

import java.time.Duration;

/**
 * One epoll instance (epoll(7)), level-triggered unless EPOLLET is asked for.
 *
 * <p>{@link #add}, {@link #modify} and {@link #remove} may be called from any thread; {@link
 * #await} belongs to one platform thread.
 */
public interface Epoll extends AutoCloseable {

  int EPOLLIN = 1;
  int EPOLLOUT = 4;
  int EPOLLERR = 8;
  int EPOLLHUP = 16;
  int EPOLLRDHUP = 0x2000;
  int EPOLLONESHOT = 1 << 30;
  int EPOLLET = 1 << 31;

  /** Receives what happened. */
  @FunctionalInterface
  interface Handler {
    /**
     * Takes one event.
     *
     * @param token the number given with {@link Epoll#add}
     * @param events EPOLL flags that are the case
     */
    void on(long token, int events);
  }

  /** Watches a descriptor; the token comes back with its events. */
  void add(Fd fd, int events, long token) throws ErrnoException;

  /** Changes what is watched for. */
  void modify(Fd fd, int events, long token) throws ErrnoException;

  /** Stops watching; a descriptor that is not watched is no error. */
  void remove(Fd fd) throws ErrnoException;

  /**
   * Waits for events and hands them to the handler, one by one, on this thread.
   *
   * @param timeout negative waits for ever, zero only looks
   * @return how many events there were; 0 when the time passed or a signal came
   */
  int await(Duration timeout, Handler handler) throws ErrnoException;

  @Override
  void close();
}
