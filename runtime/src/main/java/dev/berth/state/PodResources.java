package dev.berth.state;

import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.state.v1.SandboxRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the kubelet said about a pod's own limits, which it sets itself.
 *
 * @param overhead what the pod costs beside its containers; null when nothing was said
 * @param resources the sum of its containers' limits; null when nothing was said
 */
public record PodResources(
    @Nullable LinuxContainerResources overhead, @Nullable LinuxContainerResources resources) {

  /** As the record has it, or as the pod's config does before anything was updated. */
  static PodResources of(SandboxRecord born) {
    var linux = born.getConfig().getLinux();
    return new PodResources(
        born.hasOverhead() ? born.getOverhead() : linux.hasOverhead() ? linux.getOverhead() : null,
        born.hasResources()
            ? born.getResources()
            : linux.hasResources() ? linux.getResources() : null);
  }

  PodResources with(PodResources later) {
    return new PodResources(
        later.overhead == null ? overhead : later.overhead,
        later.resources == null ? resources : later.resources);
  }

  void write(SandboxRecord.Builder out) {
    if (overhead != null) {
      out.setOverhead(overhead);
    }
    if (resources != null) {
      out.setResources(resources);
    }
  }
}
