#define _GNU_SOURCE
#include "users.h"

#include <sched.h>

#include "kernel.h"

#define OVERFLOW_ID 65534u

struct user_map pod_users;

static uint32_t machine_id(const struct id_range *range, uint32_t id)
{
	if (!pod_users.there)
		return id;
	return id < range->length ? range->first + id : OVERFLOW_ID;
}

uint32_t machine_uid(uint32_t uid)
{
	return machine_id(&pod_users.uids, uid);
}

uint32_t machine_gid(uint32_t gid)
{
	return machine_id(&pod_users.gids, gid);
}

static int write_map(pid_t pid, const char *file, const struct id_range *range, struct failure *f)
{
	char room[21];
	char path[64] = "/proc/";
	char line[64] = "0 ";
	append_text(path, sizeof path, decimal((uint64_t)pid, room));
	append_text(path, sizeof path, file);
	append_text(line, sizeof line, decimal(range->first, room));
	append_text(line, sizeof line, " ");
	append_text(line, sizeof line, decimal(range->length, room));
	if (write_file_at(AT_FDCWD, path, line) < 0)
		return fail(f, errno == EINVAL ? FAIL_REQUEST : FAIL_MACHINE, errno,
			    "map ids of user namespace", line);
	return 0;
}

int write_user_maps(pid_t pid, struct failure *f)
{
	if (write_map(pid, "/uid_map", &pod_users.uids, f) < 0)
		return -1;
	return write_map(pid, "/gid_map", &pod_users.gids, f);
}

/* The raw calls: those of the C library would signal other threads, and there are none. */
int become_users_root(struct failure *f)
{
	if (syscall(SYS_setgroups, (size_t)0, NULL) < 0 || syscall(SYS_setresgid, 0, 0, 0) < 0 ||
	    syscall(SYS_setresuid, 0, 0, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "become root of user namespace", "");
	return 0;
}

int enter_users(int user_ns, struct failure *f)
{
	if (setns(user_ns, CLONE_NEWUSER) < 0)
		return fail(f, FAIL_MACHINE, errno, "join user namespace", "");
	return become_users_root(f);
}

int map_ids(int mount, unsigned flags, int user_ns, const char *what, struct failure *f)
{
	struct attr_change map = {.attr_set = ATTR_IDMAP, .userns_fd = (uint64_t)user_ns};
	if (sys_mount_setattr(mount, flags, &map) < 0)
		return fail(f, errno == EINVAL ? FAIL_REQUEST : FAIL_MACHINE, errno,
			    "map ids of mount", what);
	return 0;
}
