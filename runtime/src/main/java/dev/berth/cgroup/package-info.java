/**
 * Control groups of containers, exec sessions and shims, by the cgroup file system itself.
 *
 * <p>{@link dev.berth.cgroup.CgroupLayout} tells what is mounted: version 1 (one hierarchy a
 * controller or a few), version 2 (one for all), or a hybrid (version 1, and a version 2 tree
 * beside it that is used for killing and for events). {@link dev.berth.cgroup.Cgroups} names,
 * makes, limits, kills and removes.
 *
 * <p>A container's cgroup is a list of absolute directories: one in each version 1 hierarchy and
 * one in the unified tree, where it is mounted. The list is a pure function of the layout, the
 * parent and the id, so that it can be recorded before anything is made.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>The parent belongs to the kubelet: no limit is written into it. It is removed only if Berth
 *       made it, and only while it is empty. Berth marks the directories it makes above a container
 *       with an extended attribute of its instance.
 *   <li>A container's processes are in its own directory or below, in every hierarchy. The {@code
 *       name=systemd} hierarchy is the exception: there they stay where their shim is.
 *   <li>A directory in which {@code cgroup.kill} was written is never joined again: the kernel
 *       would kill what joins.
 *   <li>Removing and killing are idempotent, and a directory that is gone is success.
 * </ul>
 *
 * <p>Threads: everything here may be used from any platform thread. Calls on the same cgroup are
 * serialized by the caller; two pods may make and remove a parent that they share at the same time.
 */
@NullMarked
package dev.berth.cgroup;

import org.jspecify.annotations.NullMarked;
