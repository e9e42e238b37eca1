package dev.berth.rpc;

import org.jspecify.annotations.Nullable;

/** Measures calls. On the thread that answers the call; must not wait or throw. */
public interface CallWatcher {
  /** Measures nothing. */
  CallWatcher NOBODY = (_, _, _) -> (_, _) -> {};

  /** One call that was begun. */
  @FunctionalInterface
  interface Watched {
    /**
     * The call has ended.
     *
     * @param response null when it failed
     * @param failure null when it succeeded
     */
    void ended(@Nullable Object response, @Nullable Throwable failure);
  }

  /**
   * A call begins.
   *
   * @param verb the method's bare name
   * @param traceparent the caller's W3C trace context, or null
   */
  Watched begin(String verb, Object request, @Nullable String traceparent);
}
