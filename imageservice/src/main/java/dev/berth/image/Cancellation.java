package dev.berth.image;

/**
 * How a waiting caller says that it has gone away.
 *
 * <p>The RPC layer makes one from the call's context.
 */
public interface Cancellation {

  /** A caller that waits to the end. */
  Cancellation NONE = action -> () -> {};

  /**
   * Asks to be told.
   *
   * @param action run at most once, on any thread, at once when the caller is already gone; must
   *     not block
   * @return takes the wish back
   */
  Registration onCancel(Runnable action);

  /** A wish to be told. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
