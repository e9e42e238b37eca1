package dev.berth.cgroup;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes limits, and says which field of the request was wrong when the kernel refuses.
 *
 * <p>Some pairs of limits may only be changed in one order, which depends on the values in force:
 * version 1 never lets the limit of memory exceed that of memory with swap, nor a quota's share of
 * its period exceed the parent's, not even between two writes. So a refused value is tried again
 * after the others, until a whole round changes nothing.
 */
final class LimitWriter {

  private final CgroupFiles files;

  LimitWriter(CgroupFiles files) {
    this.files = files;
  }

  /**
   * Writes all values; after a failure some are written.
   *
   * @throws Fault.InvalidArgument the kernel refuses a value
   * @throws Fault.FailedPrecondition a controller is missing
   */
  void write(Directories cgroup, List<LimitWrite> writes) {
    List<LimitWrite> left = writes;
    while (!left.isEmpty()) {
      var refused = new ArrayList<LimitWrite>();
      var faults = new ArrayList<Fault>();
      for (LimitWrite write : left) {
        try {
          writeOne(cgroup, write);
        } catch (Fault.InvalidArgument e) {
          refused.add(write);
          faults.add(e);
        }
      }
      if (refused.size() == left.size()) {
        throw faults.getFirst();
      }
      left = refused;
    }
  }

  /**
   * Writes all values or none.
   *
   * @throws Fault.InvalidArgument the kernel refuses a value; all are as before
   * @throws Fault.FailedPrecondition a controller is missing; all are as before
   */
  void writeAllOrNone(Directories cgroup, List<LimitWrite> writes) {
    List<LimitWrite> before = values(cgroup, writes);
    try {
      write(cgroup, writes);
    } catch (Fault e) {
      try {
        write(cgroup, before.reversed());
      } catch (Fault undo) {
        e.addSuppressed(undo);
      }
      throw e;
    }
  }

  /** What the files hold that are about to be written. */
  private List<LimitWrite> values(Directories cgroup, List<LimitWrite> writes) {
    var values = new ArrayList<LimitWrite>();
    for (LimitWrite write : writes) {
      try {
        Optional<String> dir = cgroup.of(write.controller());
        if (dir.isPresent()) {
          files.readIfPresent(dir.get(), write.file()).map(write::withValue).ifPresent(values::add);
        }
      } catch (ErrnoException e) {
        throw new Fault.Internal("read a limit before it is changed: " + e.getMessage(), e);
      }
    }
    return values;
  }

  private void writeOne(Directories cgroup, LimitWrite write) {
    Optional<String> dir = cgroup.of(write.controller());
    if (dir.isEmpty()) {
      if (!write.optional()) {
        throw missing(write, "is not mounted");
      }
      return;
    }
    try {
      files.write(dir.get(), write.file(), write.value());
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT)) {
        throw refused(write.field(), write.asked(), write.file(), e);
      }
      if (!write.optional()) {
        throw noFile(cgroup, dir.get(), write, e);
      }
    }
  }

  /** A file that is not there: the controller is off here, or never has this file. */
  private Fault noFile(Directories cgroup, String dir, LimitWrite write, ErrnoException e) {
    if (!exists(dir)) {
      return new Fault.NotFound("set " + write.field() + ": the cgroup " + dir + " is gone");
    }
    if (cgroup.onUnified(write.controller()) && !hasController(dir, write.controller())) {
      return missing(write, "is not enabled for " + dir);
    }
    return Fault.InvalidArgument.of(
        write.field(), write.asked(), "this kernel has no " + write.file() + ": " + e.getMessage());
  }

  private boolean exists(String dir) {
    try {
      return files.isDirectory(dir);
    } catch (ErrnoException e) {
      return true;
    }
  }

  private boolean hasController(String dir, String controller) {
    try {
      return Controllers.names(files.read(dir, Controllers.AVAILABLE)).contains(controller);
    } catch (ErrnoException e) {
      return false;
    }
  }

  private static Fault missing(LimitWrite write, String why) {
    return new Fault.FailedPrecondition(
        "set "
            + write.field()
            + " \""
            + write.asked()
            + "\": the cgroup controller "
            + write.controller()
            + " "
            + why);
  }

  /**
   * Whose fault it is that a file did not take a value: the machine's, or that of who asked.
   *
   * @param field of the request
   * @param asked the field's value
   * @param file of the cgroup
   */
  static Fault refused(String field, Object asked, String file, ErrnoException e) {
    String what = "set " + field + ": " + e.getMessage();
    return switch (e.errno()) {
      case Errno.ENOMEM -> new Fault.ResourceExhausted(what, e);
      case Errno.EROFS -> new Fault.FailedPrecondition(what, e);
      case Errno.EIO, Errno.EINTR, Errno.EMFILE, Errno.ENFILE, Errno.ENODEV ->
          new Fault.Internal(what, e);
      default ->
          Fault.InvalidArgument.of(
              field, asked, "the kernel refuses it for " + file + ": " + e.getMessage());
    };
  }
}
