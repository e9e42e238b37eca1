#define _GNU_SOURCE
#include "mounts.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "cgroups.h"
#include "kernel.h"
#include "paths.h"

int make_fs(const char *type, const char *const *options, unsigned attr, struct failure *f)
{
	AUTO_FD fs = sys_fsopen(type);
	if (fs < 0)
		return fail(f, FAIL_MACHINE, errno, "open file system", type);
	for (; options && *options; options += 2)
		if (sys_fsconfig(fs, FSC_SET_STRING, options[0], options[1], 0) < 0)
			return fail(f, FAIL_MACHINE, errno, "mount option", options[0]);
	if (sys_fsconfig(fs, FSC_CMD_CREATE, NULL, NULL, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "create file system", type);
	int mount = sys_fsmount(fs, attr);
	return mount >= 0 ? mount : fail(f, FAIL_MACHINE, errno, "mount file system", type);
}

static int set_attributes(int mount, const struct mount_op *op, struct failure *f)
{
	static const uint64_t propagation[] = {MS_PRIVATE, MS_SLAVE, MS_SHARED};
	unsigned deep = op->bind_flags & BIND_RECURSIVE ? AT_RECURSIVE : 0;
	struct attr_change spread = {.propagation = propagation[op->propagation]};
	struct attr_change own = {.attr_set = op->attr};
	struct attr_change all = {.attr_set = ATTR_RDONLY};
	if (sys_mount_setattr(mount, deep, &spread) < 0)
		return fail(f, FAIL_MACHINE, errno, "set propagation", op->target);
	if (op->attr && sys_mount_setattr(mount, 0, &own) < 0)
		return fail(f, FAIL_MACHINE, errno, "set mount flags", op->target);
	if ((op->bind_flags & BIND_RECURSIVE_READONLY) &&
	    sys_mount_setattr(mount, AT_RECURSIVE, &all) < 0)
		return fail(f, FAIL_MACHINE, errno, "make read-only with all below", op->target);
	return 0;
}

static int open_bind(struct mount_op *op, struct failure *f)
{
	unsigned deep = op->bind_flags & BIND_RECURSIVE ? AT_RECURSIVE : 0;
	op->fd = sys_open_tree(AT_FDCWD, op->source, TREE_CLONE | TREE_CLOEXEC | deep);
	if (op->fd < 0)
		return fail_path(f, errno, "open mount source", op->source);
	return set_attributes(op->fd, op, f);
}

int open_binds(struct container_plan *plan, struct failure *f)
{
	for (uint32_t i = 0; i < plan->mount_count; i++)
		if (plan->mounts[i].kind == MOUNT_BIND && open_bind(&plan->mounts[i], f) < 0)
			return -1;
	return 0;
}

static int make_tmpfs(const struct mount_op *op, struct failure *f)
{
	char size[21];
	char mode[8];
	const char *options[] = {"mode", mode, "size", decimal(op->size, size), NULL};
	for (int i = 0; i < 4; i++)
		mode[i] = (char)('0' + (op->mode >> (9 - 3 * i) & 7));
	mode[4] = '\0';
	if (op->size == 0)
		options[2] = NULL;
	return make_fs("tmpfs", options, op->attr, f);
}

/* Before Linux 6.17 proc shows the PID namespace of whoever makes it, so for a namespace that we
 * stay out of a child has to go in. It shares our descriptors, which is how the mount comes back,
 * for the few microseconds that it lives. */
static int proc_from_inside(int pid_ns, unsigned attr, struct failure *f)
{
	enum { PLACE = 63 };
	if (setns(pid_ns, CLONE_NEWPID) < 0)
		return fail(f, FAIL_MACHINE, errno, "join pid namespace", "");
	pid_t child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (child < 0)
		return fail(f, FAIL_MACHINE, errno, "clone", "proc");
	if (child == 0) {
		int mount = make_fs("proc", NULL, attr, f);
		_exit(mount >= 0 && dup3(mount, PLACE, O_CLOEXEC) == PLACE ? 0 : 1);
	}
	int status = 0;
	if (waitpid(child, &status, 0) != child || status != 0)
		return fail(f, FAIL_MACHINE, EIO, "mount file system", "proc of a shared namespace");
	return PLACE;
}

static int make_proc(const struct mount_op *op, int pid_ns, struct failure *f)
{
	if (pid_ns < 0)
		return make_fs("proc", NULL, op->attr, f);
	AUTO_FD fs = sys_fsopen("proc");
	if (fs < 0)
		return fail(f, FAIL_MACHINE, errno, "open file system", "proc");
	if (sys_fsconfig(fs, FSC_SET_FD, "pidns", NULL, pid_ns) < 0)
		return proc_from_inside(pid_ns, op->attr, f);
	if (sys_fsconfig(fs, FSC_CMD_CREATE, NULL, NULL, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "create file system", "proc");
	int mount = sys_fsmount(fs, op->attr);
	return mount >= 0 ? mount : fail(f, FAIL_MACHINE, errno, "mount file system", "proc");
}

static int make_shm(const struct mount_op *op, int pod_shm, struct failure *f)
{
	/* Cloning a detached mount needs Linux 6.15. */
	int shm = pod_shm < 0 ? sys_open_tree(AT_FDCWD, "/dev/shm", TREE_CLONE | TREE_CLOEXEC)
			      : sys_open_tree(pod_shm, "", AT_EMPTY_PATH | TREE_CLONE | TREE_CLOEXEC);
	if (shm < 0)
		return fail(f, FAIL_MACHINE, errno, "open mount source", "/dev/shm");
	struct attr_change attr = {.attr_set = op->attr, .propagation = MS_PRIVATE};
	if (sys_mount_setattr(shm, 0, &attr) < 0) {
		close_fd(&shm);
		return fail(f, FAIL_MACHINE, errno, "set mount flags", op->target);
	}
	return shm;
}

static int make_virtual(const struct mount_op *op, int pod_shm, int pid_ns, struct failure *f)
{
	static const char *const pts[] = {"ptmxmode", "0666", "mode", "0620", "gid", "5", NULL};
	switch ((enum mount_kind)op->kind) {
	case MOUNT_TMPFS:
		return make_tmpfs(op, f);
	case MOUNT_PROC:
		return make_proc(op, pid_ns, f);
	case MOUNT_SYSFS:
		return make_fs("sysfs", NULL, op->attr, f);
	case MOUNT_MQUEUE:
		return make_fs("mqueue", NULL, op->attr, f);
	case MOUNT_DEVPTS:
		return make_fs("devpts", pts, op->attr, f);
	case MOUNT_CGROUP:
		return make_cgroup_view(op->attr, f);
	case MOUNT_POD_SHM:
		return make_shm(op, pod_shm, f);
	case MOUNT_BIND:
		break;
	}
	return fail(f, FAIL_MACHINE, EINVAL, "mount", op->target);
}

/* What may lie over a file of proc: files that tools fake to show a container its own limits.
 * Anything else would let a volume stand in for files that we and the security modules trust. */
static bool may_cover_proc(const char *target)
{
	static const char *const allowed[] = {
		"/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat",
		"/proc/swaps",   "/proc/uptime",    "/proc/loadavg", "/proc/slabinfo",
		"/proc/net/dev", "/proc/sys/kernel/ns_last_pid",
	};
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		if (strcmp(target, allowed[i]) == 0)
			return true;
	return false;
}

static int open_target(int root, const struct mount_op *op, bool directory, struct failure *f)
{
	bool kernel_fs = op->kind == MOUNT_PROC || op->kind == MOUNT_SYSFS;
	AUTO_FD target = kernel_fs ? root_open_nolink(root, op->target, O_PATH) : -1;
	if (kernel_fs && target < 0 && errno != ENOENT)
		return fail_path(f, errno, "resolve in root without links", op->target);
	if (target < 0)
		target = root_make(root, op->target, directory, f);
	if (target < 0)
		return -1;
	struct statfs fs;
	if (fstatfs(target, &fs) < 0)
		return fail(f, FAIL_MACHINE, errno, "stat mount point", op->target);
	if (fs.f_type == PROC_MAGIC && !may_cover_proc(op->target))
		return fail(f, FAIL_REQUEST, EPERM, "mount over proc at", op->target);
	return take_fd(&target);
}

static int attach(int root, const struct mount_op *op, struct failure *f)
{
	struct stat st;
	if (fstat(op->fd, &st) < 0)
		return fail(f, FAIL_MACHINE, errno, "stat mount", op->target);
	AUTO_FD target = open_target(root, op, S_ISDIR(st.st_mode), f);
	if (target < 0)
		return -1;
	if (sys_move_mount(op->fd, target) < 0)
		return fail_path(f, errno, "attach mount", op->target);
	return 0;
}

int attach_at(int root, int mount, const char *path, struct failure *f)
{
	struct mount_op op = {.kind = MOUNT_BIND, .target = path, .fd = mount};
	return attach(root, &op, f);
}

int attach_mounts(int root, struct container_plan *plan, int pod_shm, int pid_ns, struct failure *f)
{
	for (uint32_t i = 0; i < plan->mount_count; i++) {
		struct mount_op *op = &plan->mounts[i];
		if (op->kind != MOUNT_BIND)
			op->fd = make_virtual(op, pod_shm, pid_ns, f);
		if (op->fd < 0 || attach(root, op, f) < 0)
			return -1;
		if (op->kind == MOUNT_CGROUP &&
		    fill_cgroup_view(root, op->fd, op->target, &plan->cgroups, f) < 0)
			return -1;
		close_fd(&op->fd);
	}
	return 0;
}
