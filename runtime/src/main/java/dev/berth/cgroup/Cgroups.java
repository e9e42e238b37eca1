package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.Kernel;
import dev.berth.spec.oci.OciResources;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The cgroups of this daemon's containers, exec sessions and shims.
 *
 * <p>Everything of Berth's own lies below {@code /berth-<instance>}: {@code shims} for the shims
 * and {@code pods} for pods whose request names no parent.
 */
@SuppressWarnings("DoNotCallSuggester") // until the bodies land
public final class Cgroups {

  private static final String PARENT_FIELD = "config.linux.cgroup_parent";

  private final CgroupLayout layout;
  private final String base;

  /**
   * The cgroups of a daemon; nothing is made yet.
   *
   * @param layout what is mounted
   * @param instanceId tells this daemon's from others'
   */
  public Cgroups(CgroupLayout layout, String instanceId) {
    this(layout, instanceId, Kernel.linux());
  }

  /** The cgroups of a daemon, with the kernel's calls given. */
  @SuppressWarnings("UnusedVariable") // until the bodies land
  Cgroups(CgroupLayout layout, String instanceId, Kernel kernel) {
    this.layout = layout;
    this.base = "/berth-" + instanceId;
  }

  /** What is mounted. */
  public CgroupLayout layout() {
    return layout;
  }

  /**
   * The path below each mount point that a pod's containers live under.
   *
   * @param cgroupParent of the request: empty, or an absolute clean path
   * @param podId names the parent when the request names none
   * @throws Fault.InvalidArgument it is the name of a systemd slice
   */
  public String parent(String cgroupParent, String podId) {
    if (cgroupParent.isEmpty()) {
      return base + "/pods/" + podId;
    }
    if (!cgroupParent.startsWith("/")) {
      throw Fault.InvalidArgument.of(
          PARENT_FIELD,
          cgroupParent,
          "is a systemd slice, but the cgroup driver here is cgroupfs, which takes a path");
    }
    return cgroupParent;
  }

  /**
   * The directories of a container: one in each version 1 hierarchy, then the one in the unified
   * tree. Nothing is made or looked at.
   *
   * @param parent as {@link #parent} gave it
   * @param name the container's id
   * @return absolute paths
   */
  public List<String> directories(String parent, String name) {
    return below(layout.containerRoots(), parent + "/" + name);
  }

  /** The directories of a pod's parent itself, in the order of {@link #directories}. */
  public List<String> parentDirectories(String parent) {
    return below(layout.containerRoots(), parent);
  }

  /**
   * Makes a pod's parent where it is missing, so that a parent that cannot be made is known before
   * the pod runs. {@link #create} does the same for what is missing by then.
   *
   * @return the directories that were missing and were made, outermost first
   * @throws Fault.InvalidArgument it cannot be made; nothing is left of the attempt
   */
  public List<String> prepareParent(String parent) {
    throw new UnsupportedOperationException("not yet: " + parent + layout);
  }

  /**
   * Makes a container's directories and sets its limits. A limit that is not asked for is not
   * written.
   *
   * @param directories as {@link #directories} gave them
   * @param resources limits
   * @return what was made, for removing it
   * @throws Fault.InvalidArgument the kernel refuses a limit, or the parent cannot be made; the
   *     message names the field and the value
   * @throws Fault.FailedPrecondition a limit needs a controller that is not there
   * @throws Fault.AlreadyExists a directory is there already; it is left as it is
   */
  public Made create(List<String> directories, OciResources resources) {
    throw new UnsupportedOperationException("not yet: " + directories + resources);
  }

  /**
   * Changes limits: all of them, or none.
   *
   * @param resources the limits to change; null ones stay, device rules are ignored
   * @throws Fault.InvalidArgument the kernel refuses a limit; all are as before
   * @throws Fault.FailedPrecondition a limit needs a controller that is not there
   * @throws Fault.NotFound the cgroup is gone
   */
  public void update(List<String> directories, OciResources resources) {
    throw new UnsupportedOperationException("not yet: " + directories + resources);
  }

  /**
   * The limits that the kernel has in force. An unlimited one is -1, one without a controller is
   * null. On version 2 the shares are the smallest ones that give the weight, and there are no
   * device rules.
   *
   * @throws Fault.NotFound the cgroup is gone
   */
  public OciResources readBack(List<String> directories) {
    throw new UnsupportedOperationException("not yet: " + directories);
  }

  /**
   * Sends SIGKILL to everything in the cgroup and below it, so that nothing escapes by forking.
   * Idempotent; returns before the processes have ended. Nothing may join the cgroup afterwards.
   *
   * @throws Fault.DeadlineExceeded processes appear faster than they can be killed
   */
  public void kill(List<String> directories) {
    throw new UnsupportedOperationException("not yet: " + directories);
  }

  /**
   * Removes the cgroup with all below it, waiting up to two seconds for processes that are ending.
   * Idempotent.
   *
   * @throws Fault.DeadlineExceeded it still has processes
   */
  public void remove(List<String> directories) {
    throw new UnsupportedOperationException("not yet: " + directories);
  }

  /**
   * Removes directories that Berth made above containers, those that are empty, and empty ones
   * above them that carry this instance's mark. Never fails for one that is in use or gone.
   *
   * @param parents as {@link Made#parents} or {@link #prepareParent} gave them
   */
  public void removeMade(List<String> parents) {
    throw new UnsupportedOperationException("not yet: " + parents);
  }

  /** The directories for shims, outside every pod and outside the daemon's own unit. */
  public List<String> shimDirectories() {
    return below(layout.shimRoots(), base + "/shims");
  }

  /**
   * Makes what is shared by all pods of this daemon: the shims' directories and the one above pods
   * that name no parent. Idempotent; once at the daemon's start.
   *
   * @return the shims' directories
   * @throws Fault.FailedPrecondition they cannot be made
   */
  public List<String> prepareShims() {
    throw new UnsupportedOperationException("not yet: " + base);
  }

  /** The processes in the shims' cgroup. */
  public Set<Integer> shimPids() {
    throw new UnsupportedOperationException("not yet: " + base);
  }

  /**
   * The directories an exec session joins: a child of the container's in the freezer hierarchy and
   * in the unified tree, the container's own elsewhere. Nothing is made or looked at.
   *
   * @param containerDirs the container's directories
   * @param execId unique in the container
   */
  public List<String> execDirectories(List<String> containerDirs, String execId) {
    return containerDirs.stream()
        .map(dir -> killable(dir) ? dir + "/exec-" + execId : dir)
        .toList();
  }

  /**
   * Makes an exec session's own directories.
   *
   * @throws Fault.FailedPrecondition the container's cgroup is gone
   */
  public void createExec(List<String> execDirs) {
    throw new UnsupportedOperationException("not yet: " + execDirs);
  }

  /** Kills everything in an exec session, and nothing else of the container. Idempotent. */
  public void killExec(List<String> execDirs) {
    throw new UnsupportedOperationException("not yet: " + execDirs);
  }

  /**
   * Removes an exec session's own directories if they are empty, so that background processes that
   * a session left behind stay; the container's removal takes the rest. Idempotent.
   */
  public void removeExec(List<String> execDirs) {
    throw new UnsupportedOperationException("not yet: " + execDirs);
  }

  /**
   * Ends and removes cgroups of this instance whose pod is gone. For recovery, before any verb is
   * served; cgroups below a kubelet's parent are known from records instead.
   *
   * @param podLives whether a pod id is a live pod's
   * @return the pod ids that were swept
   */
  public Set<String> sweep(Predicate<String> podLives) {
    throw new UnsupportedOperationException("not yet: " + podLives);
  }

  /** Removes what {@link #prepareShims} made, if it is empty. For a daemon that leaves for good. */
  public void removeBase() {
    throw new UnsupportedOperationException("not yet: " + base);
  }

  private boolean killable(String directory) {
    return under(directory, layout.root("freezer").orElse(null))
        || under(directory, layout.unified().orElse(null));
  }

  private static boolean under(String directory, @org.jspecify.annotations.Nullable String root) {
    return root != null && directory.startsWith(root + "/");
  }

  private static List<String> below(List<String> roots, String path) {
    return roots.stream().map(root -> root + path).toList();
  }
}
