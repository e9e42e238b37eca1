package dev.berth.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What {@link Mounts#setAttributes} changes (mount_setattr(2)).
 *
 * @param set MOUNT_ATTR_ flags to set
 * @param clear MOUNT_ATTR_ flags to clear
 * @param propagation MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE or 0
 * @param userNamespace the namespace whose maps shift owners; null unless MOUNT_ATTR_IDMAP is set
 */
public record MountAttributes(long set, long clear, long propagation, @Nullable Fd userNamespace) {

  /** Sets flags and changes nothing else. */
  public static MountAttributes setting(long flags) {
    return new MountAttributes(flags, 0, 0, null);
  }

  /** Changes how mounts below propagate and nothing else. */
  public static MountAttributes propagating(long propagation) {
    return new MountAttributes(0, 0, propagation, null);
  }
}
