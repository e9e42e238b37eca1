/* The container's root file system as a detached mount. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "kernel.h"
#include "mounts.h"

static int add_layer(int fs, const char *path)
{
	AUTO_FD layer = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (layer < 0)
		return -1;
	if (sys_fsconfig(fs, FSC_SET_FD, "lowerdir+", NULL, layer) == 0)
		return 0;
	/* Before 6.13 overlay takes layers by name only. */
	return sys_fsconfig(fs, FSC_SET_STRING, "lowerdir+", path, 0);
}

static int set_string(int fs, const char *key, const char *value, struct failure *f)
{
	if (sys_fsconfig(fs, FSC_SET_STRING, key, value, 0) < 0)
		return fail_path(f, errno, "overlay option", value);
	return 0;
}

static int configure_overlay(int fs, const struct container_plan *plan, struct failure *f)
{
	for (uint32_t i = 0; i < plan->lower.count; i++)
		if (add_layer(fs, plan->lower.items[i]) < 0)
			return fail_path(f, errno, "add layer", plan->lower.items[i]);
	if (*plan->upper) {
		if (set_string(fs, "upperdir", plan->upper, f) < 0 ||
		    set_string(fs, "workdir", plan->work, f) < 0)
			return -1;
		/* No fsync on behalf of a root that dies with its container; needs a fresh work
		 * directory every time. Where the kernel does not know it, it is only slower. */
		(void)sys_fsconfig(fs, FSC_SET_FLAG, "volatile", NULL, 0);
	}
	return 0;
}

static int check_writable(int root, const struct container_plan *plan, struct failure *f)
{
	struct statvfs st;
	if (fstatvfs(root, &st) < 0)
		return fail(f, FAIL_MACHINE, errno, "stat root", "");
	/* Overlay comes up read-only without a word when it cannot use upper or work. */
	if (*plan->upper && (st.f_flag & ST_RDONLY))
		return fail(f, FAIL_MACHINE, EROFS, "mount root", plan->upper);
	return 0;
}

/* Old kernels: the classic call needs a place. A layer's own directory is one, in a mount
 * namespace of our own where nobody else sees it; the clone outlives that mount. */
static int mount_classic(const struct container_plan *plan, struct failure *f)
{
	char options[4096] = "lowerdir=";
	bool fits = true;
	for (uint32_t i = 0; i < plan->lower.count; i++)
		fits = fits && (i == 0 || append_text(options, sizeof options, ":")) &&
		       append_text(options, sizeof options, plan->lower.items[i]);
	if (*plan->upper)
		fits = fits && append_text(options, sizeof options, ",upperdir=") &&
		       append_text(options, sizeof options, plan->upper) &&
		       append_text(options, sizeof options, ",workdir=") &&
		       append_text(options, sizeof options, plan->work);
	const char *place = plan->lower.items[0];
	if (!fits)
		return fail(f, FAIL_MACHINE, E2BIG, "mount root", "too many layers for this kernel");
	if (mount("overlay", place, "overlay", 0, options) < 0)
		return fail_path(f, errno, "mount root", place);
	int root = sys_open_tree(AT_FDCWD, place, TREE_CLONE | TREE_CLOEXEC);
	int saved = errno;
	umount2(place, MNT_DETACH);
	return root >= 0 ? root : fail(f, FAIL_MACHINE, saved, "clone root", place);
}

static int bind_single(const char *layer, struct failure *f)
{
	int root = sys_open_tree(AT_FDCWD, layer, TREE_CLONE | TREE_CLOEXEC);
	return root >= 0 ? root : fail_path(f, errno, "open layer", layer);
}

int make_root(const struct container_plan *plan, struct failure *f)
{
	if (plan->lower.count == 1 && !*plan->upper)
		return bind_single(plan->lower.items[0], f);
	AUTO_FD fs = sys_fsopen("overlay");
	if (fs < 0)
		return mount_classic(plan, f);
	if (configure_overlay(fs, plan, f) < 0)
		return f->err == EINVAL ? mount_classic(plan, f) : -1;
	if (sys_fsconfig(fs, FSC_CMD_CREATE, NULL, NULL, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "create root", plan->upper);
	AUTO_FD root = sys_fsmount(fs, 0);
	if (root < 0)
		return fail(f, FAIL_MACHINE, errno, "mount root", plan->upper);
	if (check_writable(root, plan, f) < 0)
		return -1;
	return take_fd(&root);
}
