/* Images that a container sees as volumes: their layers as a read-only mount, or a part of it. */
#define _GNU_SOURCE
#include <sys/mount.h>
#include <sys/stat.h>

#include "kernel.h"
#include "mounts.h"
#include "paths.h"

/* The image is hostile: links in the path end at its root, and what is found there is a directory
 * or a file and not somebody's device. */
static int open_part(int whole, const struct mount_op *op, struct failure *f)
{
	struct stat st;
	AUTO_FD part = root_open(whole, op->source, O_PATH);
	if (part < 0 || fstat(part, &st) < 0)
		return fail_path(f, errno, "open image_sub_path", op->source);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return fail(f, FAIL_REQUEST, EINVAL, "open image_sub_path", op->source);
	return take_fd(&part);
}

/* Before Linux 6.15 only what is attached can be cloned. A layer's own directory is a place for it,
 * in a mount namespace of our own, which is why images come after all that is taken from the
 * machine's. */
static int clone_attached(int whole, const struct mount_op *op, struct failure *f)
{
	char room[21];
	char path[40] = "";
	const char *layer = op->layers.items[0];
	if (leave_machine_mounts(f) < 0)
		return -1;
	AUTO_FD place = open(layer, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place < 0 || sys_move_mount(whole, place) < 0)
		return fail_path(f, errno, "attach image", layer);
	AUTO_FD part = open_part(whole, op, f);
	if (part < 0 || !append_text(path, sizeof path, "/proc/self/fd/") ||
	    !append_text(path, sizeof path, decimal((uint64_t)part, room)))
		return -1;
	int clone = sys_open_tree(AT_FDCWD, path, TREE_CLONE | TREE_CLOEXEC);
	int saved = errno;
	umount2(layer, MNT_DETACH);
	return clone >= 0 ? clone : fail_path(f, saved, "clone image", op->source);
}

static int clone_part(int whole, const struct mount_op *op, struct failure *f)
{
	AUTO_FD part = open_part(whole, op, f);
	if (part < 0)
		return -1;
	int clone = sys_open_tree(part, "", AT_EMPTY_PATH | TREE_CLONE | TREE_CLOEXEC);
	if (clone < 0 && errno == EINVAL)
		return clone_attached(whole, op, f);
	return clone >= 0 ? clone : fail_path(f, errno, "clone image", op->source);
}

int open_image(struct mount_op *op, struct failure *f)
{
	struct container_plan stack = {.lower = op->layers, .upper = "", .work = ""};
	struct attr_change attr = {.attr_set = op->attr | ATTR_RDONLY, .propagation = MS_PRIVATE};
	AUTO_FD whole = make_root(&stack, f);
	if (whole < 0)
		return -1;
	op->fd = *op->source ? clone_part(whole, op, f) : take_fd(&whole);
	if (op->fd < 0)
		return -1;
	if (sys_mount_setattr(op->fd, 0, &attr) < 0)
		return fail(f, FAIL_MACHINE, errno, "set mount flags", op->target);
	return 0;
}
