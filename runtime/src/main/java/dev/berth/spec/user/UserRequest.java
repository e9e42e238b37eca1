package dev.berth.spec.user;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request and an image say about the user.
 *
 * @param field path of the message that holds the request's fields, for refusals
 * @param runAsUser user id asked for, null for none
 * @param runAsUsername user name asked for, {@code ""} for none
 * @param runAsGroup primary group asked for, null for none
 * @param supplementalGroups further groups asked for
 * @param policy whether the image's own group memberships count
 * @param imageUser the image's USER, {@code ""} for none
 */
public record UserRequest(
    String field,
    @Nullable Long runAsUser,
    String runAsUsername,
    @Nullable Long runAsGroup,
    List<Long> supplementalGroups,
    GroupsPolicy policy,
    String imageUser) {

  /** What becomes of the memberships written in the image's {@code /etc/group}. */
  public enum GroupsPolicy {
    /** They count. */
    MERGE,
    /** They do not. */
    STRICT
  }

  public UserRequest {
    supplementalGroups = List.copyOf(supplementalGroups);
  }
}
