package dev.berth.rpc;

/**
 * The answer to an RPC that answers with a stream.
 *
 * @param <Q> the request message
 * @param <R> the response message
 */
@FunctionalInterface
public interface StreamVerb<Q, R> {

  /**
   * Opens the stream. No thread waits while it is open.
   *
   * @throws dev.berth.fault.Fault when it cannot be opened
   */
  Source<R> open(Q request);
}
