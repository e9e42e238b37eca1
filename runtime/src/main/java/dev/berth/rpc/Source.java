package dev.berth.rpc;

import org.jspecify.annotations.Nullable;

/**
 * The answers of a streaming call, taken as fast as the client reads and no faster.
 *
 * @param <R> the response message
 */
public interface Source<R> extends AutoCloseable {

  /**
   * The next answer; null when there is none now.
   *
   * @throws dev.berth.fault.Fault ends the stream with this fault's code
   */
  @Nullable R poll();

  /** Whether there will be no further answer: asked after {@link #poll} gave none. */
  boolean ended();

  /**
   * Asks to be told when there may be an answer again.
   *
   * @param wake may be called from any thread, and does not wait
   */
  void whenReady(Runnable wake);

  /** The client is gone, or has everything. */
  @Override
  void close();
}
