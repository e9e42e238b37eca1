package dev.berth.rpc;

/**
 * The answer to one RPC that works for a while and reports on it in a stream; otherwise like {@link
 * Verb}.
 *
 * @param <Q> the request message
 * @param <R> the messages of the stream
 */
@FunctionalInterface
public interface ReportingVerb<Q, R> {

  /**
   * Answers a request; the stream ends when this returns.
   *
   * @throws dev.berth.fault.Fault as for {@link Verb#call}
   * @throws Exception as for {@link Verb#call}
   */
  void call(Q request, CallContext context, Sink<R> sink) throws Exception;

  /** Where the messages go; used by the verb's own thread only. */
  interface Sink<R> {

    /** Whether the client keeps up: what it does not need is better not sent when it does not. */
    boolean isReady();

    /** Sends a message; one to a client that has gone is dropped. */
    void send(R message);
  }
}
