/* Mounts as descriptors: made detached, moved into a container's root later. */
#ifndef BERTH_MOUNTS_H
#define BERTH_MOUNTS_H

#include "plan.h"

/* A file system of this type as a detached mount; options are key, value, ..., NULL. */
int make_fs(const char *type, const char *const *options, unsigned attr, struct failure *f);

/* The container's root as a detached mount: overlay, or the one layer itself. */
int make_root(const struct container_plan *plan, struct failure *f);

/* The same by the classic call. Leaves the caller in a mount namespace of its own, with the same
 * mounts, all private. */
int make_classic_root(const struct container_plan *plan, struct failure *f);

/* An image as a read-only mount, or the part of it that the operation names. May leave the caller in
 * a mount namespace of its own, as the classic root does. */
int open_image(struct mount_op *op, struct failure *f);

/* Puts the caller into a mount namespace of its own, with the same mounts, all private. */
int leave_machine_mounts(struct failure *f);

/* Makes what must be made in the machine's mount and user namespace: clones of the sources of bind
 * mounts, before anything is made private, so that peer groups of shared volumes are kept; the pod's
 * shared memory; and for a container with a user namespace of its own what that may not make. */
int open_sources(struct container_plan *plan, struct failure *f);

/* The pod's shared memory, or the machine's, as a detached mount; -1 with errno. */
int clone_shm(uint32_t ns_ipc);

/* Makes every other mount (in the container's namespaces) and moves all into root, in order.
 * pid_ns may be -1. */
int attach_mounts(int root, struct container_plan *plan, int pid_ns, struct failure *f);

/* Moves one detached mount to a path in root, which is made when missing. */
int attach_at(int root, int mount, const char *path, struct failure *f);

#endif
