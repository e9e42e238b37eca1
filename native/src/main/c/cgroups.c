#define _GNU_SOURCE
#include "cgroups.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "mounts.h"

static const char mount_point[] = "/sys/fs/cgroup";

static int open_dir(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool is_unified(int dir)
{
	struct statfs fs;
	return fstatfs(dir, &fs) == 0 && (unsigned long)fs.f_type == CGROUP2_MAGIC;
}

int join_cgroups(const struct text_list *dirs, bool skip_unified, struct failure *f)
{
	for (uint32_t i = 0; i < dirs->count; i++) {
		AUTO_FD dir = open_dir(dirs->items[i]);
		if (dir < 0)
			return fail_path(f, errno, "open cgroup", dirs->items[i]);
		bool unified = is_unified(dir);
		if (unified && skip_unified)
			continue;
		/* "tasks" moves one thread and needs none of the locks that make cgroup.procs
		 * take milliseconds; we have one thread. */
		if (write_file_at(dir, unified ? "cgroup.procs" : "tasks", "0") < 0)
			return fail(f, FAIL_MACHINE, errno, "join cgroup", dirs->items[i]);
	}
	return 0;
}

int open_unified(const struct text_list *dirs)
{
	for (uint32_t i = 0; i < dirs->count; i++) {
		AUTO_FD dir = open_dir(dirs->items[i]);
		if (dir >= 0 && is_unified(dir))
			return take_fd(&dir);
	}
	return -1;
}

pid_t clone_placed(const struct text_list *dirs)
{
	AUTO_FD unified = open_unified(dirs);
	struct clone_request args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)unified,
	};
	return unified < 0 ? -1 : sys_clone3(&args);
}

/* The hierarchy's folder below the mount point, e.g. "cpu,cpuacct"; false when it has none. */
static bool hierarchy_name(const char *dir, char *name, size_t room)
{
	size_t prefix = sizeof mount_point - 1;
	if (strncmp(dir, mount_point, prefix) != 0 || dir[prefix] != '/')
		return false;
	size_t length = strcspn(dir + prefix + 1, "/");
	if (length == 0 || length >= room)
		return false;
	memcpy(name, dir + prefix + 1, length);
	name[length] = '\0';
	return true;
}

static int bind_hierarchy(int root, const char *target, const char *dir, struct failure *f)
{
	char place[512];
	char name[256];
	if (!hierarchy_name(dir, name, sizeof name))
		return 0;
	copy_text(place, sizeof place, target);
	if (!append_text(place, sizeof place, "/") || !append_text(place, sizeof place, name))
		return fail(f, FAIL_REQUEST, ENAMETOOLONG, "show cgroup", target);
	AUTO_FD clone = sys_open_tree(AT_FDCWD, dir, TREE_CLONE | TREE_CLOEXEC);
	struct attr_change attr = {
		.attr_set = ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC,
		.propagation = MS_PRIVATE,
	};
	if (clone < 0 || sys_mount_setattr(clone, 0, &attr) < 0)
		return fail(f, FAIL_MACHINE, errno, "clone cgroup", dir);
	return attach_at(root, clone, place, f);
}

static bool machine_is_unified(void)
{
	AUTO_FD machine = open_dir(mount_point);
	return machine >= 0 && is_unified(machine);
}

int make_cgroup_view(unsigned attr, struct failure *f)
{
	static const char *const options[] = {"mode", "0755", NULL};
	if (machine_is_unified())
		return make_fs("cgroup2", NULL, attr, f);
	return make_fs("tmpfs", options, attr & ~ATTR_RDONLY, f);
}

/* Version 1 hands out control of a whole hierarchy with a writable directory (release_agent), so
 * the binds are read-only whatever the plan says. */
int fill_cgroup_view(int root, int view, const char *target, const struct text_list *dirs,
		     struct failure *f)
{
	if (machine_is_unified())
		return 0;
	for (uint32_t i = 0; i < dirs->count; i++)
		if (bind_hierarchy(root, target, dirs->items[i], f) < 0)
			return -1;
	struct attr_change readonly = {.attr_set = ATTR_RDONLY};
	if (sys_mount_setattr(view, 0, &readonly) < 0)
		return fail(f, FAIL_MACHINE, errno, "make read-only", target);
	return 0;
}

int open_oom_counter(const struct text_list *dirs)
{
	static const char *const files[] = {"memory.events", "memory.oom_control"};
	for (uint32_t i = 0; i < dirs->count; i++) {
		AUTO_FD dir = open_dir(dirs->items[i]);
		for (size_t n = 0; dir >= 0 && n < 2; n++) {
			int fd = openat(dir, files[n], O_RDONLY | O_CLOEXEC);
			if (fd >= 0)
				return fd;
		}
	}
	return -1;
}

int64_t read_oom_counter(int fd)
{
	char text[512];
	ssize_t length = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
	if (length < 0)
		return -1;
	text[length] = '\0';
	const char *at = strstr(text, "oom_kill ");
	return at ? (int64_t)strtoll(at + 9, NULL, 10) : -1;
}

/* Best is a hierarchy that nothing but us moves processes out of. */
static int kill_rank(int dir, const char *path)
{
	if (is_unified(dir))
		return faccessat(dir, "cgroup.kill", F_OK, 0) == 0 ? 4 : 3;
	if (strstr(path, "/freezer/"))
		return 2;
	return strstr(path, "/pids/") ? 1 : 0;
}

int open_kill_dir(const struct text_list *dirs)
{
	AUTO_FD best = -1;
	int best_rank = -1;
	for (uint32_t i = 0; i < dirs->count; i++) {
		AUTO_FD dir = open_dir(dirs->items[i]);
		int rank = dir < 0 ? -1 : kill_rank(dir, dirs->items[i]);
		if (rank > best_rank) {
			close_fd(&best);
			best = take_fd(&dir);
			best_rank = rank;
		}
	}
	return take_fd(&best);
}

static int signal_listed(int dir, int signal)
{
	AUTO_FD fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	char text[4096];
	int seen = 0;
	pid_t pid = 0;
	ssize_t length;
	while ((length = read(fd, text, sizeof text)) > 0)
		for (ssize_t i = 0; i < length; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + (text[i] - '0');
				continue;
			}
			if (pid > 1 && ++seen)
				(void)kill(pid, signal);
			pid = 0;
		}
	return seen;
}

static int signal_children(int dir, int signal)
{
	AUTO_FD fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		return 0;
	(void)take_fd(&fd);
	int seen = 0;
	const struct dirent *entry;
	while ((entry = readdir(list))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		AUTO_FD child = openat(dirfd(list), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (child >= 0)
			seen += signal_cgroup(child, signal);
	}
	closedir(list);
	return seen;
}

int signal_cgroup(int dir, int signal)
{
	return signal_listed(dir, signal) + signal_children(dir, signal);
}

void kill_cgroup(int dir)
{
	enum { ROUNDS = 16 };
	if (write_file_at(dir, "cgroup.kill", "1") == 0)
		return;
	/* A fork can slip between reading and killing; it has a finite number of rounds to do so. */
	for (int round = 0; round < ROUNDS && signal_cgroup(dir, SIGKILL) > 0; round++)
		;
}
