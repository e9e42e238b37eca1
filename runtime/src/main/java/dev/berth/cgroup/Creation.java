package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import dev.berth.spec.oci.OciResources;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the cgroups of pods and containers, whole or not at all. */
final class Creation {

  private static final String PARENT_FIELD = "config.linux.cgroup_parent";

  private final Kernel kernel;
  private final CgroupFiles files;
  private final CgroupLayout layout;
  private final String base;
  private final String mark;
  private volatile @Nullable Boolean takesPrograms;

  /**
   * Nothing is made yet.
   *
   * @param base path of Berth's own part of the trees
   * @param mark extended attribute that parents get
   */
  Creation(Kernel kernel, CgroupFiles files, CgroupLayout layout, String base, String mark) {
    this.kernel = kernel;
    this.files = files;
    this.layout = layout;
    this.base = base;
    this.mark = mark;
  }

  /** See {@link Cgroups#prepareParent}. */
  List<String> parents(String parent) {
    var making = new Making(files, layout, mark);
    try {
      for (String root : layout.containerRoots()) {
        making.makeParent(root, root + parent);
      }
      return making.parents();
    } catch (ErrnoException e) {
      Fault fault = parentRefused(parent, e);
      making.undo(fault);
      throw fault;
    }
  }

  /** See {@link Cgroups#confinesDevices}. */
  boolean confinesDevices() {
    return layout.kind() != CgroupLayout.Kind.V2 || takesPrograms();
  }

  /** Tried once; two threads that try at once find the same. */
  private boolean takesPrograms() {
    Boolean known = takesPrograms;
    if (known == null) {
      known = DeviceRules.takesPrograms(kernel);
      takesPrograms = known;
    }
    return known;
  }

  /** See {@link Cgroups#create}. */
  Made create(Directories cgroup, OciResources resources, List<LimitWrite> limits) {
    var making = new Making(files, layout, mark);
    try {
      makeAll(cgroup, making, resources);
      new LimitWriter(files).write(cgroup, limits);
      if (confinesDevices()) {
        new DeviceRules(kernel, files).write(cgroup, resources.devices());
      }
      return new Made(cgroup.all(), making.parents());
    } catch (RuntimeException e) {
      making.undo(e);
      throw e;
    }
  }

  private void makeAll(Directories cgroup, Making making, OciResources resources) {
    for (String dir : cgroup.all()) {
      String root = cgroup.rootOf(dir);
      try {
        enableControllers(root, dir, making, resources);
        making.make(root, dir);
      } catch (ErrnoException e) {
        if (e.is(Errno.EEXIST)) {
          throw new Fault.AlreadyExists("make the cgroup " + dir + ": it exists already");
        }
        throw parentRefused(CgroupFiles.above(dir).substring(root.length()), e);
      }
    }
  }

  /**
   * On a hybrid the unified tree is left as it is unless a limit needs a controller that only it
   * has.
   */
  private void enableControllers(String root, String dir, Making making, OciResources resources)
      throws ErrnoException {
    if (!layout.unified().filter(root::equals).isPresent()) {
      return;
    }
    Set<String> wanted = Controllers.FOR_CONTAINERS;
    if (layout.kind() == CgroupLayout.Kind.HYBRID) {
      boolean pages = resources.hugepageLimits().stream().anyMatch(h -> h.limit() != 0);
      boolean needed = pages || !resources.unified().isEmpty();
      wanted = needed && layout.root("hugetlb").isEmpty() ? Set.of("hugetlb") : Set.of();
    }
    if (!wanted.isEmpty()) {
      String parent = CgroupFiles.above(dir);
      making.makeParent(root, parent);
      new Controllers(files).enable(root, parent, wanted);
    }
  }

  /** A parent in Berth's own part was not in the request, so it cannot be the client's mistake. */
  private Fault parentRefused(String parent, ErrnoException e) {
    if (Directories.isBelow(parent, base)) {
      return new Fault.FailedPrecondition("make the cgroup " + parent + ": " + e.getMessage(), e);
    }
    return Fault.InvalidArgument.of(PARENT_FIELD, parent, "cannot be made: " + e.getMessage());
  }
}
