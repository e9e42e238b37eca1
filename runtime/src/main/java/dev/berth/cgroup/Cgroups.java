package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import dev.berth.spec.oci.OciResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The cgroups of this daemon's containers, exec sessions and shims.
 *
 * <p>Everything of Berth's own lies below {@code /berth-<instance>}: {@code shims} for the shims
 * and {@code pods} for pods whose request names no parent.
 *
 * <pre>
 *   &lt;mount&gt;/berth-&lt;instance&gt;/shims                     every shim of this daemon
 *   &lt;mount&gt;/berth-&lt;instance&gt;/pods/&lt;pod&gt;/&lt;container&gt;     the request names no parent
 *   &lt;mount&gt;/&lt;cgroup_parent&gt;/&lt;container&gt;                the kubelet's parent
 *   …/&lt;container&gt;/exec-&lt;id&gt;                           an exec session, freezer and unified only
 * </pre>
 */
public final class Cgroups {

  static final String EXEC_PREFIX = "exec-";

  private static final String PARENT_FIELD = "config.linux.cgroup_parent";
  private static final String CREATE_FIELD = "config.linux.resources";
  private static final String UPDATE_FIELD = "linux";

  private final CgroupLayout layout;
  private final String base;
  private final String mark;
  private final CgroupFiles files;
  private final Creation creation;
  private final OwnTree ownTree;
  private final Killing killing;
  private final Removal removal;

  /**
   * The cgroups of a daemon; nothing is made yet.
   *
   * @param layout what is mounted
   * @param instanceId tells this daemon's from others'
   */
  public Cgroups(CgroupLayout layout, String instanceId) {
    this(layout, instanceId, Kernel.linux(), Nap.real());
  }

  /** The cgroups of a daemon, with the kernel's calls and the time given. */
  Cgroups(CgroupLayout layout, String instanceId, Kernel kernel, Nap nap) {
    this.layout = layout;
    this.base = "/berth-" + instanceId;
    this.mark = "trusted.berth." + instanceId;
    this.files = new CgroupFiles(kernel);
    this.creation = new Creation(kernel, files, layout, base, mark);
    this.ownTree = new OwnTree(files, layout, base);
    this.killing = new Killing(kernel, files, nap);
    this.removal = new Removal(files, nap);
  }

  /** What is mounted. */
  public CgroupLayout layout() {
    return layout;
  }

  /**
   * Whether device rules are enforced: always on version 1, and on version 2 if the kernel takes
   * programs. Where they are not, nothing but the missing nodes keeps a container from a device, so
   * it must not be able to make any.
   */
  public boolean confinesDevices() {
    return creation.confinesDevices();
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
    return below(layout.containerRoots(), clean(parent) + "/" + name);
  }

  /** The directories of a pod's parent itself, in the order of {@link #directories}. */
  public List<String> parentDirectories(String parent) {
    return below(layout.containerRoots(), clean(parent));
  }

  /**
   * Makes a pod's parent where it is missing, so that a parent that cannot be made is known before
   * the pod runs. {@link #create} does the same for what is missing by then.
   *
   * @return the directories that were missing and were made, outermost first
   * @throws Fault.InvalidArgument it cannot be made; nothing is left of the attempt
   */
  public List<String> prepareParent(String parent) {
    return creation.parents(clean(parent));
  }

  /**
   * Makes a container's directories and sets its limits. A limit that is not asked for is not
   * written. Device rules are the controller's on version 1 and a program's on version 2.
   *
   * <p>Cost, with ordinary limits in nine hierarchies on two crowded processors: 0.5 ms p50, of
   * which 0.3 ms are the nine mkdir calls; {@link #remove} 0.22 ms, {@link #kill} of an empty
   * cgroup 0.1 ms. A mkdir waits for whoever else holds the kernel's one lock of cgroups.
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
    return creation.create(
        new Directories(layout, directories),
        resources,
        limits(CREATE_FIELD, resources, LimitsV2.UNLIMITED_CPU));
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
    var cgroup = new Directories(layout, directories);
    String cpuMax = LimitsV2.UNLIMITED_CPU;
    if (layout.kind() == CgroupLayout.Kind.V2) {
      cpuMax =
          reading(cgroup, () -> files.readIfPresent(directories.getFirst(), "cpu.max"))
              .orElse(cpuMax);
    }
    new LimitWriter(files).writeAllOrNone(cgroup, limits(UPDATE_FIELD, resources, cpuMax));
  }

  private List<LimitWrite> limits(String field, OciResources resources, String cpuMax) {
    return layout.kind() == CgroupLayout.Kind.V2
        ? LimitsV2.of(field, resources, cpuMax)
        : LimitsV1.of(field, resources, layout);
  }

  /**
   * The limits that the kernel has in force. An unlimited one is -1, one without a controller is
   * null. On version 2 the shares are the smallest ones that give the weight, and there are no
   * device rules.
   *
   * @throws Fault.NotFound the cgroup is gone
   */
  public OciResources readBack(List<String> directories) {
    var cgroup = new Directories(layout, directories);
    return reading(cgroup, () -> new InForce(files, cgroup).read());
  }

  /** Whether the kernel ended a process in the cgroup for want of memory; false when it is gone. */
  public boolean ranOutOfMemory(List<String> directories) {
    var cgroup = new Directories(layout, directories);
    String file = cgroup.onUnified("memory") ? "memory.events" : "memory.oom_control";
    try {
      Optional<String> dir = cgroup.of("memory");
      String text = dir.isEmpty() ? "" : files.readIfPresent(dir.get(), file).orElse("");
      return text.lines().anyMatch(line -> line.matches("oom_kill [1-9][0-9]*"));
    } catch (ErrnoException e) {
      throw new Fault.Internal("read " + file + " of " + directories + ": " + e.getMessage(), e);
    }
  }

  /**
   * The processes in the cgroup and below it; none when it is gone.
   *
   * @param directories as {@link #directories} gave them
   */
  public Set<Integer> processes(List<String> directories) {
    try {
      return new CgroupTree(files).processes(directories.getLast());
    } catch (ErrnoException e) {
      throw new Fault.Internal("list the processes of " + directories + ": " + e.getMessage(), e);
    }
  }

  /**
   * Sends SIGKILL to everything in the cgroup and below it, so that nothing escapes by forking.
   * Idempotent; returns before the processes have ended. Nothing may join the cgroup afterwards.
   *
   * @throws Fault.DeadlineExceeded processes appear faster than they can be killed
   */
  public void kill(List<String> directories) {
    killing.kill(new Directories(layout, directories));
  }

  /**
   * Removes the cgroup with all below it, waiting up to two seconds for processes that are ending.
   * Idempotent.
   *
   * @throws Fault.DeadlineExceeded it still has processes
   */
  public void remove(List<String> directories) {
    removal.remove(directories);
  }

  /**
   * Removes directories that Berth made above containers, those that are empty, and empty ones
   * above them that carry this instance's mark. Never fails for one that is in use or gone.
   *
   * @param parents as {@link Made#parents} or {@link #prepareParent} gave them
   */
  public void removeMade(List<String> parents) {
    for (String made : parents.reversed()) {
      String dir = made;
      while (removal.removeIfEmpty(dir)) {
        dir = CgroupFiles.above(dir);
        if (!files.isMarked(dir, mark)) {
          break;
        }
      }
    }
  }

  /**
   * Removes directories that carry this instance's mark, those that are empty, and such above them:
   * what {@link #create} had to make anew because somebody had removed it. Never fails.
   *
   * @param parents as {@link #parentDirectories} gave them
   */
  public void removeMarked(List<String> parents) {
    removeMade(parents.stream().filter(dir -> files.isMarked(dir, mark)).toList());
  }

  /** The directories that pods lie in whose request names no parent, one in each hierarchy. */
  public List<String> ownPods() {
    return below(layout.containerRoots(), base + "/pods");
  }

  /**
   * A container's path below each hierarchy's root, as an OCI spec names it.
   *
   * @param directories as {@link #directories} gave them
   */
  public String relative(List<String> directories) {
    String last = directories.getLast();
    return layout.containerRoots().stream()
        .filter(root -> Directories.isBelow(last, root))
        .map(root -> last.substring(root.length()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(last + " is below no hierarchy"));
  }

  /**
   * Removes what another OCI runtime made for a container in hierarchies that Berth makes nothing
   * in, if it is empty, and what lies above it of this instance's own. Never fails.
   *
   * @param directories as {@link #directories} gave them
   */
  public void removeNamed(List<String> directories) {
    String path = relative(directories);
    List<String> known = layout.containerRoots();
    for (String root : layout.shimRoots()) {
      if (known.contains(root)) {
        continue;
      }
      String dir = root + path;
      removal.removeIfEmpty(dir);
      while (dir.startsWith(root + base + "/pods/")) {
        dir = CgroupFiles.above(dir);
        removal.removeIfEmpty(dir);
      }
    }
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
    ownTree.make();
    return shimDirectories();
  }

  /** The processes in the shims' cgroup. */
  public Set<Integer> shimPids() {
    try {
      return Set.copyOf(files.processes(containerShims()));
    } catch (ErrnoException e) {
      throw new Fault.Internal("list the shims in " + base + ": " + e.getMessage(), e);
    }
  }

  /**
   * The shims' directory of a hierarchy that containers have directories in too: in another one the
   * containers' own processes would still be in the shims'.
   */
  private String containerShims() {
    return below(layout.containerRoots(), base + "/shims").getLast();
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
        .map(dir -> killable(dir) ? dir + "/" + EXEC_PREFIX + execId : dir)
        .toList();
  }

  private boolean killable(String directory) {
    return layout.root("freezer").filter(root -> Directories.isBelow(directory, root)).isPresent()
        || layout.unified().filter(root -> Directories.isBelow(directory, root)).isPresent();
  }

  /**
   * Makes an exec session's own directories.
   *
   * @throws Fault.FailedPrecondition the container's cgroup is gone
   */
  public void createExec(List<String> execDirs) {
    var made = new ArrayList<String>();
    for (String dir : Killing.ownOfExec(execDirs)) {
      try {
        files.mkdir(dir);
        made.add(dir);
      } catch (ErrnoException e) {
        made.forEach(removal::removeIfEmpty);
        String what = "make the exec session's cgroup " + dir + ": " + e.getMessage();
        throw e.is(Errno.ENOENT)
            ? new Fault.FailedPrecondition(what, e)
            : new Fault.Internal(what, e);
      }
    }
  }

  /**
   * Removes an exec session's own directories if they are empty, so that background processes that
   * a session left behind stay; the container's removal takes the rest. Idempotent.
   */
  public void removeExec(List<String> execDirs) {
    Killing.ownOfExec(execDirs).forEach(removal::removeIfEmpty);
  }

  /**
   * Ends and removes cgroups of this instance whose pod is gone. For recovery, before any verb is
   * served; cgroups below a kubelet's parent are known from records instead.
   *
   * @param podLives whether a pod id is a live pod's
   * @return the pod ids that were swept
   * @throws Fault.DeadlineExceeded processes of a dead pod do not end
   */
  public Set<String> sweep(Predicate<String> podLives) {
    Set<String> dead = ownTree.pods();
    dead.removeIf(podLives);
    for (String pod : dead) {
      List<String> directories = directories(base + "/pods", pod);
      kill(directories);
      remove(directories);
    }
    return dead;
  }

  /** Removes what {@link #prepareShims} made, if it is empty. For a daemon that leaves for good. */
  public void removeBase() {
    ownTree.remove(removal);
  }

  private <T> T reading(Directories cgroup, Reading<T> reading) {
    try {
      if (!files.isDirectory(cgroup.all().getFirst())) {
        throw new Fault.NotFound("read the cgroup " + cgroup.all().getFirst() + ": it is gone");
      }
      return reading.read();
    } catch (ErrnoException e) {
      throw new Fault.Internal("read the cgroup " + cgroup.all() + ": " + e.getMessage(), e);
    }
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws ErrnoException;
  }

  private static String clean(String parent) {
    return parent.equals("/") ? "" : parent;
  }

  private static List<String> below(List<String> roots, String path) {
    return roots.stream().map(root -> root + path).toList();
  }
}
