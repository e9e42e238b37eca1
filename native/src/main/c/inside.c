#define _GNU_SOURCE
#include "inside.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "mounts.h"
#include "paths.h"
#include "users.h"

static bool is_device(int dir, const char *name, mode_t type, dev_t number)
{
	struct stat st;
	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & S_IFMT) == type &&
	       st.st_rdev == number;
}

/* What the image put in a device's place is removed: a link there would lead our opens astray. */
int make_device(int root, const char *path, const struct device_node *d, struct failure *f)
{
	const char *name;
	AUTO_FD dir = root_parent(root, path, &name, f);
	if (dir < 0)
		return -1;
	mode_t type = d->block ? S_IFBLK : S_IFCHR;
	dev_t number = makedev(d->major, d->minor);
	if (!is_device(dir, name, type, number)) {
		if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
			return fail_path(f, errno, "replace by device", d->path);
		if (mknodat(dir, name, type | (mode_t)d->mode, number) < 0)
			return fail_path(f, errno, "make device", d->path);
	}
	if (fchownat(dir, name, machine_uid(d->uid), machine_gid(d->gid), AT_SYMLINK_NOFOLLOW) < 0)
		return fail_path(f, errno, "own device", d->path);
	return 0;
}

int make_devices(int root, const struct container_plan *plan, struct failure *f)
{
	for (uint32_t i = 0; i < plan->device_count; i++)
		if (make_device(root, plan->devices[i].path, &plan->devices[i], f) < 0)
			return -1;
	return 0;
}

int make_symlinks(int root, const struct text_list *links, struct failure *f)
{
	for (uint32_t i = 0; i + 1 < links->count; i += 2) {
		const char *name;
		AUTO_FD dir = root_parent(root, links->items[i], &name, f);
		if (dir < 0)
			return -1;
		if (symlinkat(links->items[i + 1], dir, name) < 0 && errno != EEXIST)
			return fail_path(f, errno, "make link", links->items[i]);
	}
	return 0;
}

int open_null_device(struct failure *f)
{
	AUTO_FD fd = sys_open_tree(AT_FDCWD, "/dev/null", TREE_CLONE | TREE_CLOEXEC);
	/* Read-only, so that who owns a masked path cannot change the machine's node through it. */
	struct attr_change alone = {
		.attr_set = ATTR_RDONLY | ATTR_NOSUID | ATTR_NOEXEC,
		.propagation = MS_PRIVATE,
	};
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0 || sys_mount_setattr(fd, 0, &alone) < 0)
		return fail(f, FAIL_MACHINE, errno, "clone", "/dev/null");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return fail(f, FAIL_MACHINE, ENODEV, "check null device", "/dev/null");
	return take_fd(&fd);
}

static int cover_directory(int place, struct failure *f)
{
	static const char *const options[] = {"mode", "0755", "nr_inodes", "1", NULL};
	unsigned attr = ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC;
	AUTO_FD blank = make_fs("tmpfs", options, attr, f);
	if (blank < 0)
		return -1;
	if (sys_move_mount(blank, place) < 0)
		return fail(f, FAIL_MACHINE, errno, "mask", "");
	return 0;
}

/* Before Linux 6.15 only an attached mount can be cloned: then the first place takes the original,
 * and the others take clones of that. */
static int cover_file(int place, int null_device, struct failure *f)
{
	AUTO_FD clone = sys_open_tree(null_device, "",
				      AT_EMPTY_PATH | TREE_CLONE | TREE_CLOEXEC);
	if (clone < 0 && errno != EINVAL)
		return fail(f, FAIL_MACHINE, errno, "clone", "/dev/null");
	if (sys_move_mount(clone < 0 ? null_device : clone, place) < 0)
		return fail(f, FAIL_MACHINE, errno, "mask", "");
	return 0;
}

static int cover(int place, bool directory, int null_device, struct failure *f)
{
	return directory ? cover_directory(place, f) : cover_file(place, null_device, f);
}

int mask_paths(int root, const struct text_list *paths, int null_device, struct failure *f)
{
	for (uint32_t i = 0; i < paths->count; i++) {
		AUTO_FD place = root_open(root, paths->items[i], O_PATH);
		struct stat st;
		if (place < 0 && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (place < 0 || fstat(place, &st) < 0)
			return fail_path(f, errno, "mask", paths->items[i]);
		if (cover(place, S_ISDIR(st.st_mode), null_device, f) < 0) {
			copy_text(f->detail, sizeof f->detail, paths->items[i]);
			return -1;
		}
	}
	return 0;
}

int make_readonly(int root, const struct text_list *paths, struct failure *f)
{
	struct attr_change readonly = {.attr_set = ATTR_RDONLY};
	for (uint32_t i = 0; i < paths->count; i++) {
		AUTO_FD place = root_open(root, paths->items[i], O_PATH);
		if (place < 0 && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (place < 0)
			return fail_path(f, errno, "make read-only", paths->items[i]);
		AUTO_FD clone = sys_open_tree(place, "", AT_EMPTY_PATH | AT_RECURSIVE | TREE_CLONE |
								 TREE_CLOEXEC);
		if (clone < 0 || sys_mount_setattr(clone, AT_RECURSIVE, &readonly) < 0 ||
		    sys_move_mount(clone, place) < 0)
			return fail(f, FAIL_MACHINE, errno, "make read-only", paths->items[i]);
	}
	return 0;
}

/* "net.ipv4.ip_forward" or "net/ipv4/conf/eth0.5/forwarding": whichever separator comes first is
 * the separator. No part may be empty or lead upwards. */
static bool sysctl_path(const char *key, char *path, size_t room)
{
	copy_text(path, room, "sys/");
	if (!append_text(path, room, key))
		return false;
	char *name = path + 4;
	size_t first = strcspn(name, "./");
	bool dots = name[first] == '.';
	for (char *c = name; dots && *c; c++)
		*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
	if (*name == '\0' || *name == '/' || name[strlen(name) - 1] == '/')
		return false;
	return !strstr(name, "//") && !strstr(name, "..") && strncmp(name, "./", 2) != 0;
}

int write_sysctls(int proc, const struct text_list *sysctls, struct failure *f)
{
	for (uint32_t i = 0; i + 1 < sysctls->count; i += 2) {
		char path[256];
		const char *value = sysctls->items[i + 1];
		if (!sysctl_path(sysctls->items[i], path, sizeof path) || strchr(value, '\n'))
			return fail(f, FAIL_REQUEST, EINVAL, "write sysctl", sysctls->items[i]);
		AUTO_FD fd = root_open_nolink(proc, path, O_WRONLY);
		struct statfs fs;
		if (fd < 0 || fstatfs(fd, &fs) < 0)
			return fail_path(f, errno, "open sysctl", sysctls->items[i]);
		if (fs.f_type != PROC_MAGIC)
			return fail(f, FAIL_MACHINE, EINVAL, "check sysctl", sysctls->items[i]);
		if (write(fd, value, strlen(value)) < 0)
			return fail(f, errno == EINVAL || errno == ERANGE ? FAIL_REQUEST : FAIL_MACHINE, errno,
				    "write sysctl", sysctls->items[i]);
	}
	return 0;
}

#define PTY_GET_PEER 0x5441 /* TIOCGPTPEER: the slave by descriptor, never by a name */
#define PTY_UNLOCK 0x40045431 /* TIOCSPTLCK */

int open_terminal(int root, uint32_t uid, int *slave, struct failure *f)
{
	AUTO_FD master = root_open(root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY);
	struct statfs fs;
	if (master < 0 || fstatfs(master, &fs) < 0)
		return fail_path(f, errno, "open terminal", "/dev/pts/ptmx");
	if (fs.f_type != 0x1cd1 /* DEVPTS_SUPER_MAGIC */)
		return fail(f, FAIL_REQUEST, ENODEV, "open terminal", "/dev/pts is no devpts");
	int unlocked = 0;
	if (ioctl(master, (int)PTY_UNLOCK, &unlocked) < 0)
		return fail(f, FAIL_MACHINE, errno, "unlock terminal", "");
	AUTO_FD peer = ioctl(master, PTY_GET_PEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (peer < 0 || fchown(peer, uid, (gid_t)-1) < 0)
		return fail(f, FAIL_MACHINE, errno, "open terminal peer", "");
	*slave = take_fd(&peer);
	return take_fd(&master);
}

int make_console(int root, uint32_t uid, int *slave, struct failure *f)
{
	AUTO_FD peer = -1;
	AUTO_FD master = open_terminal(root, uid, &peer, f);
	if (master < 0)
		return -1;
	AUTO_FD console = sys_open_tree(peer, "", AT_EMPTY_PATH | TREE_CLONE | TREE_CLOEXEC);
	if (console < 0)
		return fail(f, FAIL_MACHINE, errno, "clone terminal", "");
	if (attach_at(root, console, "/dev/console", f) < 0)
		return -1;
	*slave = take_fd(&peer);
	return take_fd(&master);
}
