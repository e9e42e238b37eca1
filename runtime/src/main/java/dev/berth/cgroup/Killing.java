package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Processes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sends SIGKILL to all processes of a cgroup and of those below.
 *
 * <p>In the unified tree that is one write, and the kernel also kills what is just being forked.
 * Version 1 has the freezer instead: what is frozen cannot fork, so that each process can be
 * signalled once, and dies when it is thawed. A process that does not freeze in time (it waits in
 * the kernel) makes this a loop until nothing is left.
 */
final class Killing {

  private static final long FREEZE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LOOP_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final String STATE = "freezer.state";

  private final Kernel kernel;
  private final CgroupFiles files;
  private final CgroupTree tree;
  private final Nap nap;

  Killing(Kernel kernel, CgroupFiles files, Nap nap) {
    this.kernel = kernel;
    this.files = files;
    this.tree = new CgroupTree(files);
    this.nap = nap;
  }

  /**
   * Kills.
   *
   * @throws Fault.DeadlineExceeded processes are left and not one round reached them all
   */
  void kill(Directories cgroup) {
    try {
      Optional<String> one = versionOne(cgroup);
      // Read before the unified tree: what forks in between is in both, or only in the latter.
      Set<Integer> left = one.isPresent() ? tree.processes(one.get()) : Set.of();
      if (cgroup.unified().isPresent()) {
        left = killUnified(cgroup.unified().get(), left);
      }
      if (one.isPresent() && !left.isEmpty()) {
        killOne(one.get(), cgroup.layout().root("freezer").isPresent());
      }
    } catch (ErrnoException e) {
      throw new Fault.Internal("kill the processes in " + cgroup.all() + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> versionOne(Directories cgroup) {
    Optional<String> freezer = cgroup.layout().root("freezer").flatMap(r -> cgroup.of("freezer"));
    if (freezer.isPresent() || cgroup.unified().isPresent()) {
      return freezer;
    }
    return cgroup.all().stream().findFirst();
  }

  /**
   * Kills in the unified tree.
   *
   * @param wanted processes to look for there
   * @return those of them that were not there
   */
  private Set<Integer> killUnified(String dir, Set<Integer> wanted) throws ErrnoException {
    Set<Integer> there = wanted.isEmpty() ? Set.of() : tree.processes(dir);
    try {
      files.write(dir, "cgroup.kill", "1");
      return without(wanted, there);
    } catch (ErrnoException e) {
      if (CgroupFiles.gone(e)) {
        return wanted;
      }
      throw e;
    }
  }

  private void killOne(String dir, boolean freezer) throws ErrnoException {
    long end = nap.now() + LOOP_NANOS;
    while (true) {
      boolean frozen = freezer && freeze(dir);
      try {
        signal(dir);
      } finally {
        thaw(freezer, dir);
      }
      if (frozen || tree.processes(dir).isEmpty()) {
        return;
      }
      if (nap.now() - end > 0) {
        throw new Fault.DeadlineExceeded(
            "kill the processes in " + dir + ": these are left: " + tree.processes(dir));
      }
      nap.sleep(NAP_NANOS);
    }
  }

  /**
   * Freezes.
   *
   * @return whether everything is frozen; false also when the cgroup is gone
   */
  private boolean freeze(String dir) throws ErrnoException {
    long end = nap.now() + FREEZE_NANOS;
    try {
      while (true) {
        // Written each time: it also makes version 1 look again at what has not frozen yet.
        files.write(dir, STATE, "FROZEN");
        if (files.read(dir, STATE).equals("FROZEN")) {
          return true;
        }
        if (nap.now() - end > 0) {
          return false;
        }
        nap.sleep(NAP_NANOS);
      }
    } catch (ErrnoException e) {
      if (CgroupFiles.gone(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Also thaws what the container froze itself below, or a dead process would stay there. */
  private void thaw(boolean freezer, String dir) throws ErrnoException {
    if (!freezer) {
      return;
    }
    for (String each : tree.below(dir)) {
      try {
        files.write(each, STATE, "THAWED");
      } catch (ErrnoException e) {
        if (!CgroupFiles.gone(e)) {
          throw e;
        }
      }
    }
  }

  /**
   * Signals by descriptors that are opened before the list is read again: a number may be reused.
   */
  private void signal(String dir) throws ErrnoException {
    record Target(int pid, Fd pidfd) {}
    var targets = new ArrayList<Target>();
    try {
      for (int pid : tree.processes(dir)) {
        open(pid).ifPresent(pidfd -> targets.add(new Target(pid, pidfd)));
      }
      Set<Integer> still = tree.processes(dir);
      for (Target target : targets) {
        if (still.contains(target.pid())) {
          signal(target.pidfd());
        }
      }
    } finally {
      targets.forEach(target -> target.pidfd().close());
    }
  }

  private Optional<Fd> open(int pid) throws ErrnoException {
    try {
      return Optional.of(kernel.processes().pidfdOpen(pid));
    } catch (ErrnoException e) {
      // EINVAL: listed while its first thread is already gone.
      if (e.is(Errno.ESRCH) || e.is(Errno.EINVAL)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void signal(Fd pidfd) throws ErrnoException {
    try {
      kernel.processes().pidfdSendSignal(pidfd, Processes.SIGKILL);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ESRCH)) {
        throw e;
      }
    }
  }

  private static Set<Integer> without(Set<Integer> all, Set<Integer> some) {
    var rest = new HashSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  /** The directories of an exec session's own among those it joins. */
  static List<String> ownOfExec(List<String> execDirs) {
    return execDirs.stream()
        .filter(dir -> dir.startsWith(Cgroups.EXEC_PREFIX, dir.lastIndexOf('/') + 1))
        .toList();
  }
}
