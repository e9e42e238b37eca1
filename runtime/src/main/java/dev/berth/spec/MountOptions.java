package dev.berth.spec;

import dev.berth.shim.MountFlag;
import dev.berth.shim.Propagation;
import dev.berth.spec.oci.OciMount;
import java.util.EnumSet;
import java.util.Set;

/**
 * The options of an OCI mount, read.
 *
 * @param flags properties of the mount
 * @param recursive whether a bind takes the mounts below its source along
 * @param recursiveReadonly whether those become read-only too
 * @param propagation how mounts spread
 * @param mapped whether a bind shows the ids of the container's user namespace
 */
record MountOptions(
    Set<MountFlag> flags,
    boolean recursive,
    boolean recursiveReadonly,
    Propagation propagation,
    boolean mapped) {

  /** The option of an id-mapped mount with all below it (runtime-spec, config.md, "Mounts"). */
  static final String MAPPED = "ridmap";

  /** Known, and the kernel's default or a property of the file system that its maker sets. */
  private static final Set<String> NOTHING_TO_DO =
      Set.of(
          "bind",
          "rw",
          "suid",
          "dev",
          "exec",
          "async",
          "relatime",
          "strictatime",
          "atime",
          "diratime",
          "newinstance",
          "defaults");

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException an option is not known; the message names it and the mount
   */
  static MountOptions of(OciMount mount) {
    Set<MountFlag> flags = EnumSet.noneOf(MountFlag.class);
    boolean recursive = false;
    boolean recursiveReadonly = false;
    boolean mapped = false;
    Propagation propagation = Propagation.PRIVATE;
    for (String option : mount.options()) {
      switch (option) {
        case "ro" -> flags.add(MountFlag.READONLY);
        case "nosuid" -> flags.add(MountFlag.NOSUID);
        case "nodev" -> flags.add(MountFlag.NODEV);
        case "noexec" -> flags.add(MountFlag.NOEXEC);
        case "noatime" -> flags.add(MountFlag.NOATIME);
        case "nodiratime" -> flags.add(MountFlag.NODIRATIME);
        case "nosymfollow" -> flags.add(MountFlag.NOSYMFOLLOW);
        case "rbind" -> recursive = true;
        case "idmap", MAPPED -> mapped = true;
        case "rro" -> {
          flags.add(MountFlag.READONLY);
          recursiveReadonly = true;
        }
        case "private", "rprivate" -> propagation = Propagation.PRIVATE;
        case "slave", "rslave" -> propagation = Propagation.SLAVE;
        case "shared", "rshared" -> propagation = Propagation.SHARED;
        default -> known(mount, option);
      }
    }
    return new MountOptions(flags, recursive, recursiveReadonly, propagation, mapped);
  }

  private static void known(OciMount mount, String option) {
    if (!NOTHING_TO_DO.contains(option) && option.indexOf('=') < 0) {
      throw new IllegalArgumentException(
          "mount on " + mount.destination() + ": unknown option \"" + option + "\"");
    }
  }
}
