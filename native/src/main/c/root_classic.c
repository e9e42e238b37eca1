/* The container's root for kernels whose overlay wants all layers in one string: before Linux 6.7.
 * The string may have one page; names by descriptor are short enough for any image. */
#define _GNU_SOURCE
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

#include "kernel.h"
#include "mounts.h"

struct overlay_options {
	char text[4096];
	int dirs[256];
	size_t count;
};

static void close_dirs(struct overlay_options *o)
{
	while (o->count > 0)
		close_fd(&o->dirs[--o->count]);
}

/* Also keeps commas and colons of a path from being read as options. */
static int add_dir(struct overlay_options *o, const char *key, const char *path, struct failure *f)
{
	char room[21];
	AUTO_FD dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return fail_path(f, errno, "overlay option", path);
	if (o->count == sizeof o->dirs / sizeof *o->dirs ||
	    !append_text(o->text, sizeof o->text, key) ||
	    !append_text(o->text, sizeof o->text, "/proc/self/fd/") ||
	    !append_text(o->text, sizeof o->text, decimal((uint64_t)dir, room)))
		return fail(f, FAIL_MACHINE, E2BIG, "mount root", "too many layers for this kernel");
	o->dirs[o->count++] = take_fd(&dir);
	return 0;
}

static int add_dirs(struct overlay_options *o, const struct container_plan *plan, struct failure *f)
{
	for (uint32_t i = 0; i < plan->lower.count; i++)
		if (add_dir(o, i == 0 ? "lowerdir=" : ":", plan->lower.items[i], f) < 0)
			return -1;
	if (!*plan->upper)
		return 0;
	if (add_dir(o, ",upperdir=", plan->upper, f) < 0 ||
	    add_dir(o, ",workdir=", plan->work, f) < 0)
		return -1;
	(void)append_text(o->text, sizeof o->text, ",volatile");
	return 0;
}

/* The classic call needs a place. A layer's own directory is one, in a mount namespace of our own
 * where nobody else sees it; what the plan takes from the machine's was opened before. */
int leave_machine_mounts(struct failure *f)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fail(f, FAIL_MACHINE, errno, "make mount namespace", "");
	return 0;
}

static int mount_over(const char *place, const char *options, struct failure *f)
{
	if (mount("overlay", place, "overlay", 0, options) < 0)
		return fail_path(f, errno, "mount root", place);
	int root = sys_open_tree(AT_FDCWD, place, TREE_CLONE | TREE_CLOEXEC);
	int saved = errno;
	umount2(place, MNT_DETACH);
	return root >= 0 ? root : fail(f, FAIL_MACHINE, saved, "clone root", place);
}

int make_classic_root(const struct container_plan *plan, struct failure *f)
{
	__attribute__((cleanup(close_dirs))) struct overlay_options options = {.count = 0};
	/* In this order: overlay takes directories of the caller's mount namespace only. */
	if (leave_machine_mounts(f) < 0 || add_dirs(&options, plan, f) < 0)
		return -1;
	return mount_over(plan->lower.items[0], options.text, f);
}
