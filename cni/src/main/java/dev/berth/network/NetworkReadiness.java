package dev.berth.network;

/**
 * Whether a pod could be attached now: the NetworkReady condition of the CRI's Status.
 *
 * @param ready true when it could
 * @param reason a CamelCase word for the condition; empty when ready
 * @param message why not, for a person; empty when ready
 */
public record NetworkReadiness(boolean ready, String reason, String message) {

  private static final NetworkReadiness READY = new NetworkReadiness(true, "", "");

  /** A pod could be attached. */
  public static NetworkReadiness yes() {
    return READY;
  }

  /** No pod could be attached. */
  public static NetworkReadiness no(String reason, String message) {
    return new NetworkReadiness(false, reason, message);
  }
}
