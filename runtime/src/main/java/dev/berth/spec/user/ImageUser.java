package dev.berth.spec.user;

import dev.berth.fault.Fault;
import org.jspecify.annotations.Nullable;

/**
 * An image's USER as the CRI's Image message shows it: the kubelet decides by it whether a pod that
 * must not run as root may run at all.
 *
 * @param uid the user's number, null when USER is empty or a name
 * @param username the user as written, {@code ""} when it is a number or USER is empty
 */
public record ImageUser(@Nullable Integer uid, String username) {
  private static final String FIELD = "image config user";

  /**
   * Reads USER without its group. A number out of range shows as a name, which proves nothing to
   * the kubelet; a container with it is refused later (CVE-2026-46680). Never fails: an image with
   * an odd USER can still be listed and removed.
   */
  public static ImageUser of(String user) {
    int colon = user.indexOf(':');
    String first = colon < 0 ? user : user.substring(0, colon);
    try {
      return !first.isEmpty()
              && AccountId.parse(FIELD, user, first) instanceof AccountId.ById(int id)
          ? new ImageUser(id, "")
          : new ImageUser(null, first);
    } catch (Fault.InvalidArgument e) {
      return new ImageUser(null, first);
    }
  }
}
