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
#include "init.h"
#include "inside.h"
#include "kernel.h"
#include "paths.h"
#include "users.h"

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
	if ((op->bind_flags & BIND_MAPPED) && map_ids(op->fd, deep, SLOT_USER, op->source, f) < 0)
		return -1;
	return set_attributes(op->fd, op, f);
}

/* Its root belongs to uid and gid as the calling process's user namespace has them. */
static int make_tmpfs(const struct mount_op *op, uint32_t uid, uint32_t gid, struct failure *f)
{
	char size[21];
	char mode[8];
	char user[21];
	char group[21];
	const char *options[] = {"mode", mode, "uid", decimal(uid, user), "gid", decimal(gid, group),
				 "size", decimal(op->size, size), NULL};
	for (int i = 0; i < 4; i++)
		mode[i] = (char)('0' + (op->mode >> (9 - 3 * i) & 7));
	mode[4] = '\0';
	if (op->size == 0)
		options[6] = NULL;
	return make_fs("tmpfs", options, op->attr, f);
}

/* A user namespace may make no device nodes, and a file system that it mounts may hold none. So
 * /dev is made outside of it, with every node that the container gets. */
static int make_mapped_dev(struct mount_op *op, const struct container_plan *plan,
			   struct failure *f)
{
	size_t prefix = strlen(op->target);
	op->fd = make_tmpfs(op, machine_uid(0), machine_gid(0), f);
	for (uint32_t i = 0; op->fd >= 0 && i < plan->device_count; i++) {
		const struct device_node *d = &plan->devices[i];
		if (strncmp(d->path, op->target, prefix) != 0 || d->path[prefix] != '/')
			return fail(f, FAIL_REQUEST, EPERM, "make device outside of /dev", d->path);
		if (make_device(op->fd, d->path + prefix, d, f) < 0)
			return -1;
	}
	return op->fd < 0 ? -1 : 0;
}

/* Before Linux 6.15 a detached mount cannot be cloned; then the pod's shared memory is the root of
 * a mount namespace that the shim holds, where it is attached. */
static int clone_from_inside(int mount_ns)
{
	AUTO_FD home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (home < 0 || setns(mount_ns, CLONE_NEWNS) < 0)
		return -1;
	AUTO_FD clone = sys_open_tree(AT_FDCWD, "/", TREE_CLONE | TREE_CLOEXEC);
	int saved = errno;
	if (setns(home, CLONE_NEWNS) < 0)
		return -1;
	errno = saved;
	return take_fd(&clone);
}

int clone_shm(uint32_t ns_ipc)
{
	struct statfs fs;
	if (ns_ipc != NS_POD || fcntl(SLOT_SHM, F_GETFD) < 0)
		return sys_open_tree(AT_FDCWD, "/dev/shm", TREE_CLONE | TREE_CLOEXEC);
	if (fstatfs(SLOT_SHM, &fs) == 0 && fs.f_type == NAMESPACE_MAGIC)
		return clone_from_inside(SLOT_SHM);
	return sys_open_tree(SLOT_SHM, "", AT_EMPTY_PATH | TREE_CLONE | TREE_CLOEXEC);
}

static int open_shm(struct mount_op *op, uint32_t ns_ipc, struct failure *f)
{
	struct attr_change attr = {.attr_set = op->attr, .propagation = MS_PRIVATE};
	op->fd = clone_shm(ns_ipc);
	if (op->fd < 0)
		return fail(f, FAIL_MACHINE, errno, "open mount source", "/dev/shm");
	if (sys_mount_setattr(op->fd, 0, &attr) < 0)
		return fail(f, FAIL_MACHINE, errno, "set mount flags", op->target);
	return 0;
}

/* sysfs belongs to whoever owns the network namespace; the machine's cannot be mounted anew. */
static int open_machine_sys(struct mount_op *op, struct failure *f)
{
	struct attr_change attr = {.attr_set = op->attr | ATTR_RDONLY, .propagation = MS_PRIVATE};
	op->fd = sys_open_tree(AT_FDCWD, "/sys", TREE_CLONE | TREE_CLOEXEC);
	if (op->fd < 0 || sys_mount_setattr(op->fd, 0, &attr) < 0)
		return fail(f, FAIL_MACHINE, errno, "open mount source", "/sys");
	return 0;
}

static int open_source(struct mount_op *op, const struct container_plan *plan, struct failure *f)
{
	if (op->kind == MOUNT_BIND)
		return open_bind(op, f);
	if (op->kind == MOUNT_POD_SHM)
		return open_shm(op, plan->ns_ipc, f);
	if (pod_users.there && op->kind == MOUNT_TMPFS && strcmp(op->target, "/dev") == 0)
		return make_mapped_dev(op, plan, f);
	if (pod_users.there && op->kind == MOUNT_SYSFS && plan->ns_net == NS_HOST)
		return open_machine_sys(op, f);
	return 0;
}

int open_sources(struct container_plan *plan, struct failure *f)
{
	for (uint32_t i = 0; i < plan->mount_count; i++)
		if (open_source(&plan->mounts[i], plan, f) < 0)
			return -1;
	/* Last: on older kernels they leave the machine's mount namespace. */
	for (uint32_t i = 0; i < plan->mount_count; i++)
		if (plan->mounts[i].kind == MOUNT_IMAGE && open_image(&plan->mounts[i], f) < 0)
			return -1;
	return 0;
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

static int make_virtual(const struct mount_op *op, int pid_ns, struct failure *f)
{
	static const char *const pts[] = {"ptmxmode", "0666", "mode", "0620", "gid", "5", NULL};
	switch ((enum mount_kind)op->kind) {
	case MOUNT_TMPFS:
		return make_tmpfs(op, 0, 0, f);
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
	case MOUNT_IMAGE:
	case MOUNT_BIND:
		break; /* a source, open already */
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

int attach_mounts(int root, struct container_plan *plan, int pid_ns, struct failure *f)
{
	for (uint32_t i = 0; i < plan->mount_count; i++) {
		struct mount_op *op = &plan->mounts[i];
		if (op->fd < 0)
			op->fd = make_virtual(op, pid_ns, f);
		if (op->fd < 0 || attach(root, op, f) < 0)
			return -1;
		if (op->kind == MOUNT_CGROUP &&
		    fill_cgroup_view(root, op->fd, op->target, &plan->cgroups, f) < 0)
			return -1;
		close_fd(&op->fd);
	}
	return 0;
}
