package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Removes cgroups. A process that was killed leaves its cgroup a moment later, so a busy one is
 * tried again for a while.
 */
final class Removal {

  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long FIRST_NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long LAST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final CgroupFiles files;
  private final Nap nap;

  Removal(CgroupFiles files, Nap nap) {
    this.files = files;
    this.nap = nap;
  }

  /**
   * Removes directories with all below them. One that stays busy does not keep the others.
   *
   * @throws Fault.DeadlineExceeded one has processes after two seconds
   */
  void remove(Collection<String> directories) {
    long end = nap.now() + LONGEST_NANOS;
    Fault failed = null;
    for (String dir : directories) {
      try {
        removeTree(dir, 0, end);
      } catch (Fault e) {
        failed = first(failed, e);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /**
   * Removes a directory if that is possible just now.
   *
   * @return whether it was removed
   */
  boolean removeIfEmpty(String dir) {
    try {
      files.rmdir(dir);
      return true;
    } catch (ErrnoException e) {
      return false;
    }
  }

  private void removeTree(String dir, int depth, long end) {
    long pause = FIRST_NAP_NANOS;
    while (!tryRemove(dir)) {
      List<String> children = depth < CgroupTree.DEPTH ? children(dir) : List.of();
      for (String child : children) {
        removeTree(child, depth + 1, end);
      }
      if (children.isEmpty()) {
        if (nap.now() - end > 0) {
          throw new Fault.DeadlineExceeded("remove the cgroup " + dir + ": it is still in use");
        }
        nap.sleep(pause);
        pause = Math.min(2 * pause, LAST_NAP_NANOS);
      }
    }
  }

  private boolean tryRemove(String dir) {
    try {
      files.rmdir(dir);
      return true;
    } catch (ErrnoException e) {
      if (CgroupFiles.gone(e)) {
        return true;
      }
      if (e.is(Errno.EBUSY) || e.is(Errno.ENOTEMPTY)) {
        return false;
      }
      throw new Fault.Internal("remove the cgroup " + dir + ": " + e.getMessage(), e);
    }
  }

  private List<String> children(String dir) {
    try {
      return files.children(dir);
    } catch (ErrnoException e) {
      throw new Fault.Internal("list the cgroup " + dir + ": " + e.getMessage(), e);
    }
  }

  private static Fault first(@Nullable Fault earlier, Fault later) {
    if (earlier == null) {
      return later;
    }
    earlier.addSuppressed(later);
    return earlier;
  }
}
