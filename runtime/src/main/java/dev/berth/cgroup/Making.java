package dev.berth.cgroup;

import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import java.util.ArrayList;
import java.util.List;

/**
 * One attempt to make directories, which can be taken back.
 *
 * <p>What lies above a directory is looked at only when the kernel says that it is missing. Another
 * pod may remove a shared parent between two calls, so that is tried again a few times.
 */
final class Making {

  private static final int TRIES = 5;

  private final CgroupFiles files;
  private final CgroupLayout layout;
  private final String mark;
  private final List<String> own = new ArrayList<>();
  private final List<String> parents = new ArrayList<>();

  /**
   * Nothing is made yet.
   *
   * @param mark extended attribute set on the parents that are made; empty for none
   */
  Making(CgroupFiles files, CgroupLayout layout, String mark) {
    this.files = files;
    this.layout = layout;
    this.mark = mark;
  }

  /** The parents made so far, outermost first in each hierarchy. */
  List<String> parents() {
    return List.copyOf(parents);
  }

  /**
   * Makes a directory, and what is missing above it.
   *
   * @throws ErrnoException mkdir(2); EEXIST when it is there already
   */
  void make(String root, String dir) throws ErrnoException {
    for (int tries = 1; ; tries++) {
      try {
        files.mkdir(dir);
        own.add(dir);
        fillCpuset(root, dir);
        return;
      } catch (ErrnoException e) {
        if (!e.is(Errno.ENOENT) || tries == TRIES) {
          throw e;
        }
        makeParent(root, CgroupFiles.above(dir));
      }
    }
  }

  /**
   * Makes a directory that may be there already, and what is missing above it.
   *
   * @throws ErrnoException mkdir(2); ENOTDIR when it is a file
   */
  void makeParent(String root, String dir) throws ErrnoException {
    for (int tries = 1; dir.length() > root.length(); tries++) {
      try {
        files.mkdir(dir);
        parents.add(dir);
        markIfPossible(dir);
        fillCpuset(root, dir);
        return;
      } catch (ErrnoException e) {
        if (e.is(Errno.EEXIST)) {
          requireDirectory(dir);
          return;
        }
        if (!e.is(Errno.ENOENT) || tries == TRIES) {
          throw e;
        }
        makeParent(root, CgroupFiles.above(dir));
      }
    }
  }

  /**
   * Removes what was made, as far as it is still there and empty.
   *
   * @param cause gets what could not be removed as suppressed
   */
  void undo(Throwable cause) {
    var made = new ArrayList<>(parents);
    made.addAll(own);
    for (String dir : made.reversed()) {
      try {
        files.rmdir(dir);
      } catch (ErrnoException e) {
        if (!e.is(Errno.ENOENT) && own.contains(dir)) {
          cause.addSuppressed(e);
        }
      }
    }
  }

  private void requireDirectory(String dir) throws ErrnoException {
    if (!files.isDirectory(dir)) {
      throw new ErrnoException("mkdirat", dir, Errno.ENOTDIR);
    }
  }

  /** Without its mark a directory is still removed by its pod, only not by another one. */
  private void markIfPossible(String dir) {
    if (mark.isEmpty()) {
      return;
    }
    try {
      files.mark(dir, mark);
    } catch (ErrnoException e) {
      return;
    }
  }

  private void fillCpuset(String root, String dir) throws ErrnoException {
    if (layout.root("cpuset").filter(root::equals).isPresent()) {
      new Cpusets(files).fill(root, dir);
    }
  }
}
