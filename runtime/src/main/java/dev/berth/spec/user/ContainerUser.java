package dev.berth.spec.user;

import java.util.List;

/**
 * A resolved user.
 *
 * @param uid user id
 * @param gid primary group
 * @param groups the whole list for setgroups(2): the primary group first, each once
 * @param home home directory as the image's {@code /etc/passwd} has it, {@code "/"} without an
 *     entry; not yet checked
 */
public record ContainerUser(int uid, int gid, List<Integer> groups, String home) {
  public ContainerUser {
    groups = List.copyOf(groups);
  }
}
