/* The pod's one /dev/shm, kept by descriptor. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/utsname.h>

#include "kernel.h"
#include "mounts.h"
#include "shim.h"
#include "users.h"

/* The namespace in which the pod's shared memory is the root, for kernels that clone only what is
 * attached. */
static int make_shm_ns(int shm, struct failure *f)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fail(f, FAIL_MACHINE, errno, "make mount namespace", "/dev/shm");
	AUTO_FD place = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (place < 0 || ns < 0 || sys_move_mount(shm, place) < 0 || fchdir(shm) < 0 ||
	    syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
		return fail(f, FAIL_MACHINE, errno, "attach", "/dev/shm");
	return take_fd(&ns);
}

struct attaching {
	int shm;
	int ns;
	struct failure failure;
};

static int attach_in_child(void *argument)
{
	struct attaching *a = argument;
	a->ns = make_shm_ns(a->shm, &a->failure);
	return 0;
}

static int keep_attached(int *shm, struct failure *f)
{
	struct attaching a = {.shm = *shm, .ns = -1};
	if (run_child(attach_in_child, &a, f) < 0)
		return -1;
	if (a.ns < 0) {
		*f = a.failure;
		return -1;
	}
	close_fd(shm);
	*shm = a.ns;
	return 0;
}

/* By the version, since trying would cost a grace period of the kernel: a clone has to be let go
 * of again. A kernel that does not tell is taken for an old one. */
static bool clones_detached(void)
{
	struct utsname kernel;
	char *end;
	if (uname(&kernel) < 0)
		return false;
	long major = strtol(kernel.release, &end, 10);
	long minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
	return major > 6 || (major == 6 && minor >= 15);
}

int make_shm(const struct pod_plan *plan, struct failure *f)
{
	char room[21];
	char uid[21];
	char gid[21];
	const char *options[] = {"mode", "1777", "size", decimal(plan->shm_bytes, room),
				 "uid", decimal(machine_uid(0), uid), "gid", decimal(machine_gid(0), gid),
				 NULL};
	unsigned attr = ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC;
	if (!(plan->flags & POD_IPC) || plan->shm_bytes == 0)
		return 0;
	shim.shm = make_fs("tmpfs", options, attr, f);
	if (shim.shm < 0)
		return -1;
	return clones_detached() ? 0 : keep_attached(&shim.shm, f);
}
