package dev.berth.rpc;

/**
 * The answer to one unary RPC.
 *
 * <p>One class a verb; it runs on a platform thread and may block. Several calls may run at once.
 *
 * @param <Q> the request message
 * @param <R> the response message
 */
@FunctionalInterface
public interface Verb<Q, R> {

  /**
   * Answers a request.
   *
   * @throws dev.berth.fault.Fault when it cannot be served: the class decides the gRPC code
   * @throws Exception anything else is a bug, answered INTERNAL with an id that is in the log
   */
  R call(Q request, CallContext context) throws Exception;
}
