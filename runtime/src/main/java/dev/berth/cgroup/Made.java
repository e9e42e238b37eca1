package dev.berth.cgroup;

import java.util.List;

/**
 * A container's cgroup after it was made.
 *
 * @param directories the container's own directories, as asked for
 * @param parents directories above them that were missing and that Berth made, outermost first; to
 *     be given to {@link Cgroups#removeMade} when the pod is gone
 */
public record Made(List<String> directories, List<String> parents) {
  public Made {
    directories = List.copyOf(directories);
    parents = List.copyOf(parents);
  }
}
