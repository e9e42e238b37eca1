package dev.berth.image;

/** Somebody who wants to see how a pull goes on. */
@FunctionalInterface
public interface PullWatcher {

  /** Nobody. */
  PullWatcher NONE = progress -> {};

  /** Called by the thread that waits for the pull, a few times a second and once at its end. */
  void seen(PullProgress progress);
}
