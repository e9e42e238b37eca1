/* The container's root file system as a detached mount. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "init.h"
#include "kernel.h"
#include "mounts.h"
#include "users.h"

/* Files of a layer belong to the ids they have inside: a clone shows them so. Needs Linux 6.15. The
 * descriptor stays open: a detached mount is gone with its last one, and overlay looks at it only
 * when it is created. */
static int add_mapped_layer(int fs, const char *path, struct failure *f)
{
	AUTO_FD layer = sys_open_tree(AT_FDCWD, path, TREE_CLONE | TREE_CLOEXEC);
	if (layer < 0)
		return fail_path(f, errno, "add layer", path);
	if (map_ids(layer, 0, SLOT_USER, path, f) < 0)
		return -1;
	if (sys_fsconfig(fs, FSC_SET_FD, "lowerdir+", NULL, layer) < 0)
		return fail(f, FAIL_MACHINE, errno, "add layer with mapped ids", path);
	(void)take_fd(&layer);
	return 0;
}

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
	for (uint32_t i = 0; i < plan->lower.count; i++) {
		const char *layer = plan->lower.items[i];
		if (pod_users.there && add_mapped_layer(fs, layer, f) < 0)
			return -1;
		if (!pod_users.there && add_layer(fs, layer) < 0)
			return fail_path(f, errno, "add layer", layer);
	}
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

static int bind_single(const char *layer, struct failure *f)
{
	AUTO_FD root = sys_open_tree(AT_FDCWD, layer, TREE_CLONE | TREE_CLOEXEC);
	if (root < 0)
		return fail_path(f, errno, "open layer", layer);
	if (pod_users.there && map_ids(root, 0, SLOT_USER, layer, f) < 0)
		return -1;
	return take_fd(&root);
}

/* Overlay does not know layers one at a time before Linux 6.7, and before 6.5, when it learned the
 * new calls, it says so only when it is created. */
static int create_overlay(int fs, const struct container_plan *plan, struct failure *f)
{
	if (configure_overlay(fs, plan, f) < 0)
		return -1;
	if (sys_fsconfig(fs, FSC_CMD_CREATE, NULL, NULL, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "create root", plan->upper);
	return 0;
}

static int make_any_root(const struct container_plan *plan, struct failure *f)
{
	AUTO_FD fs = sys_fsopen("overlay");
	if (fs < 0)
		return fail(f, FAIL_MACHINE, errno, "open file system", "overlay");
	if (create_overlay(fs, plan, f) < 0)
		return f->err == EINVAL && !pod_users.there ? make_classic_root(plan, f) : -1;
	int root = sys_fsmount(fs, 0);
	return root >= 0 ? root : fail(f, FAIL_MACHINE, errno, "mount root", plan->upper);
}

int make_root(const struct container_plan *plan, struct failure *f)
{
	if (plan->lower.count == 1 && !*plan->upper)
		return bind_single(plan->lower.items[0], f);
	AUTO_FD root = make_any_root(plan, f);
	if (root < 0 || check_writable(root, plan, f) < 0)
		return -1;
	return take_fd(&root);
}
