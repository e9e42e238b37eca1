#define _GNU_SOURCE
#include "creds.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif
#define CAPABILITY_VERSION_3 0x20080522u
#define SYS_ADMIN_BIT (1ull << 21)
#define SECCOMP_MODE_FILTER_OP 1u
#define CAP_COUNT 64

struct cap_header {
	uint32_t version;
	int32_t pid;
};

struct cap_data {
	uint32_t effective;
	uint32_t permitted;
	uint32_t inheritable;
};

struct filter_program {
	unsigned short length;
	const void *code;
};

static int set_capabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
	struct cap_header header = {CAPABILITY_VERSION_3, 0};
	struct cap_data data[2];
	for (int word = 0; word < 2; word++) {
		data[word].effective = (uint32_t)(effective >> (32 * word));
		data[word].permitted = (uint32_t)(permitted >> (32 * word));
		data[word].inheritable = (uint32_t)(inheritable >> (32 * word));
	}
	return (int)syscall(SYS_capset, &header, data);
}

int set_rlimits(const struct process_plan *p, struct failure *f)
{
	for (uint32_t i = 0; i < p->rlimit_count; i++) {
		struct rlimit limit = {p->rlimits[i].soft, p->rlimits[i].hard};
		if (setrlimit((int)p->rlimits[i].resource, &limit) < 0)
			return fail(f, errno == EINVAL ? FAIL_REQUEST : FAIL_MACHINE, errno,
				    "set resource limit", "");
	}
	return 0;
}

static int drop_bounding(uint64_t keep, struct failure *f)
{
	for (int cap = 0; cap < CAP_COUNT; cap++) {
		if (keep & 1ull << cap)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0) {
			if (errno == EINVAL)
				return 0; /* past the last one this kernel has */
			return fail(f, FAIL_MACHINE, errno, "drop bounding capability", "");
		}
	}
	return 0;
}

/* The raw calls: those of the C library would signal other threads, and there are none. */
int become_user(const struct process_plan *p, struct failure *f)
{
	if (drop_bounding(p->cap_bounding, f) < 0)
		return -1;
	if (syscall(SYS_setgroups, (size_t)p->group_count, p->groups) < 0)
		return fail(f, FAIL_MACHINE, errno, "set groups", "");
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "keep capabilities", "");
	if (syscall(SYS_setresgid, p->gid, p->gid, p->gid) < 0)
		return fail(f, FAIL_MACHINE, errno, "set group id", "");
	if (syscall(SYS_setresuid, p->uid, p->uid, p->uid) < 0)
		return fail(f, FAIL_MACHINE, errno, "set user id", "");
	if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "keep capabilities", "");
	(void)umask((mode_t)p->umask);
	bool filter_needs_admin = p->filter_bytes > 0 && !p->no_new_privs;
	uint64_t kept = p->cap_permitted | (filter_needs_admin ? SYS_ADMIN_BIT : 0);
	if (set_capabilities(p->cap_effective, kept, p->cap_ambient) < 0)
		return fail(f, FAIL_MACHINE, errno, "set capabilities", "more than the daemon has");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "clear ambient capabilities", "");
	for (int cap = 0; cap < CAP_COUNT; cap++)
		if ((p->cap_ambient & 1ull << cap) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return fail(f, FAIL_MACHINE, errno, "raise ambient capability", "");
	return 0;
}

int raise_for_filter(const struct process_plan *p, struct failure *f)
{
	if (set_capabilities(p->cap_effective | SYS_ADMIN_BIT, p->cap_permitted | SYS_ADMIN_BIT,
			     p->cap_ambient) < 0)
		return fail(f, FAIL_MACHINE, errno, "raise capabilities", "");
	return 0;
}

int drop_capabilities(const struct process_plan *p, struct failure *f)
{
	if (set_capabilities(p->cap_effective, p->cap_permitted, p->cap_ambient) < 0)
		return fail(f, FAIL_MACHINE, errno, "drop capabilities", "");
	return 0;
}

int set_no_new_privs(struct failure *f)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "set no_new_privs", "");
	return 0;
}

int load_filter(const struct process_plan *p, struct failure *f)
{
	struct filter_program program = {(unsigned short)(p->filter_bytes / 8), p->filter};
	if (syscall(SYS_seccomp, SECCOMP_MODE_FILTER_OP, 0, &program) < 0)
		return fail(f, FAIL_MACHINE, errno, "load seccomp filter", "");
	return 0;
}
