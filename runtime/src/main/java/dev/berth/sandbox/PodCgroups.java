package dev.berth.sandbox;

import dev.berth.cgroup.Cgroups;
import dev.berth.state.v1.SandboxRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup that a pod's containers live below. It is the kubelet's when the request names one:
 * then it is only made where it is missing, and only what was missing is removed again.
 */
public final class PodCgroups {
  private final Cgroups cgroups;

  public PodCgroups(Cgroups cgroups) {
    this.cgroups = cgroups;
  }

  /**
   * The directories that a pod will bring into being, for its record: they are written down before
   * they are made.
   *
   * @param cgroupParent of the request, or empty
   * @return outermost first
   */
  List<String> missing(String cgroupParent, String podId) {
    List<String> missing = new ArrayList<>();
    for (String directory : cgroups.parentDirectories(cgroups.parent(cgroupParent, podId))) {
      List<String> chain = new ArrayList<>();
      @Nullable Path path = Path.of(directory);
      while (path != null && !Files.isDirectory(path)) {
        chain.add(path.toString());
        path = path.getParent();
      }
      missing.addAll(chain.reversed());
    }
    return missing;
  }

  /** Makes the pod's cgroup where it is missing. */
  void make(String cgroupParent, String podId) {
    var _ = cgroups.prepareParent(cgroups.parent(cgroupParent, podId));
  }

  /**
   * Removes what was made for a pod, by its record and, where a container had to make it anew, by
   * its mark; those directories that are empty. Idempotent.
   */
  void remove(SandboxRecord born) {
    cgroups.removeMade(born.getMadeCgroupsList());
    String parent = born.getConfig().getLinux().getCgroupParent();
    cgroups.removeMarked(cgroups.parentDirectories(cgroups.parent(parent, born.getId())));
  }
}
