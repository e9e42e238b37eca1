/* The pod's namespaces, kept by descriptor: no process has to live for them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "inside.h"
#include "kernel.h"
#include "mounts.h"
#include "shim.h"
#include "users.h"

#define CHILD_STACK (32u << 10)

/* Shared with the child that makes the namespaces: same memory, same descriptors, and we sleep
 * until it is gone. */
struct making {
	const struct pod_plan *plan;
	struct failure failure;
	bool failed;
	int net_ns;
	int ipc_ns;
	int uts_ns;
	int user_ns; /* then the others were made in it and are joined */
};

static int open_ns(const char *path, int *fd, struct failure *f)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? fail(f, FAIL_MACHINE, errno, "open namespace", path) : 0;
}

static int open_made(struct making *m, struct failure *f)
{
	uint32_t flags = m->plan->flags;
	if (((flags & POD_NET) && open_ns("/proc/self/ns/net", &m->net_ns, f) < 0) ||
	    ((flags & POD_IPC) && open_ns("/proc/self/ns/ipc", &m->ipc_ns, f) < 0))
		return -1;
	return flags & POD_UTS ? open_ns("/proc/self/ns/uts", &m->uts_ns, f) : 0;
}

static int join_made(const struct making *m)
{
	if ((m->net_ns >= 0 && setns(m->net_ns, CLONE_NEWNET) < 0) ||
	    (m->ipc_ns >= 0 && setns(m->ipc_ns, CLONE_NEWIPC) < 0))
		return -1;
	return m->uts_ns >= 0 ? setns(m->uts_ns, CLONE_NEWUTS) : 0;
}

/* What only the request for the pod knows, set inside its namespaces. */
static int name_pod(const struct pod_plan *plan, struct failure *f)
{
	if ((plan->flags & POD_UTS) && *plan->hostname &&
	    sethostname(plan->hostname, strlen(plan->hostname)) < 0)
		return fail(f, FAIL_REQUEST, errno, "set hostname", plan->hostname);
	if (plan->sysctls.count == 0)
		return 0;
	AUTO_FD proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return write_sysctls(proc, &plan->sysctls, f);
}

static int make_namespaces(struct making *m, struct failure *f)
{
	const struct pod_plan *plan = m->plan;
	int kinds = (plan->flags & POD_NET ? CLONE_NEWNET : 0) |
		    (plan->flags & POD_IPC ? CLONE_NEWIPC : 0) |
		    (plan->flags & POD_UTS ? CLONE_NEWUTS : 0);
	if (m->user_ns < 0 ? unshare(kinds) < 0 : join_made(m) < 0)
		return fail(f, FAIL_MACHINE, errno, "make pod namespaces", "");
	if (name_pod(plan, f) < 0)
		return -1;
	return m->user_ns < 0 ? open_made(m, f) : 0;
}

static int make_in_child(void *argument)
{
	struct making *m = argument;
	m->failed = make_namespaces(m, &m->failure) < 0;
	return 0;
}

int run_child(int (*work)(void *), void *argument, struct failure *f)
{
	uint8_t *stack = mmap(NULL, CHILD_STACK, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return fail(f, FAIL_MACHINE, errno, "make pod namespaces", "");
	pid_t child = clone(work, stack + CHILD_STACK,
			    CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, argument);
	int saved = errno;
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	munmap(stack, CHILD_STACK);
	return child > 0 ? 0 : fail(f, FAIL_MACHINE, saved, "clone", "");
}

/* The child of a user namespace: owner of what it makes, for as long as it takes to open that. */
static _Noreturn void make_owned(int line, int kinds)
{
	struct failure f = {.kind = 0};
	char go;
	if (read(line, &go, 1) != 1)
		_exit(1);
	if (become_users_root(&f) == 0 && unshare(kinds) < 0)
		fail(&f, FAIL_MACHINE, errno, "make pod namespaces", "");
	(void)!write(line, &f, sizeof f);
	(void)!read(line, &go, 1);
	_exit(0);
}

static int open_owned(pid_t child, const char *name, int *fd, struct failure *f)
{
	char room[21];
	char path[64] = "/proc/";
	append_text(path, sizeof path, decimal((uint64_t)child, room));
	append_text(path, sizeof path, "/ns/");
	append_text(path, sizeof path, name);
	return open_ns(path, fd, f);
}

static int take_owned(struct making *m, pid_t child, int line, struct failure *f)
{
	uint32_t flags = m->plan->flags;
	struct failure theirs;
	if (write_user_maps(child, f) < 0)
		return -1;
	if (write(line, "g", 1) != 1 || read(line, &theirs, sizeof theirs) != (ssize_t)sizeof theirs)
		return fail(f, FAIL_MACHINE, EPIPE, "make pod namespaces", "user");
	if (theirs.kind != 0) {
		*f = theirs;
		return -1;
	}
	if (open_owned(child, "user", &m->user_ns, f) < 0 ||
	    ((flags & POD_NET) && open_owned(child, "net", &m->net_ns, f) < 0) ||
	    ((flags & POD_IPC) && open_owned(child, "ipc", &m->ipc_ns, f) < 0))
		return -1;
	return flags & POD_UTS ? open_owned(child, "uts", &m->uts_ns, f) : 0;
}

/* A user namespace first, then as its root the others, so that they belong to it: all in one
 * call would leave /sys/class/net and mqueue with the machine's root. */
static int make_users(struct making *m, struct failure *f)
{
	uint32_t flags = m->plan->flags;
	int kinds = (flags & POD_NET ? CLONE_NEWNET : 0) | (flags & POD_IPC ? CLONE_NEWIPC : 0) |
		    (flags & POD_UTS ? CLONE_NEWUTS : 0);
	int ends[2];
	pod_users = (struct user_map){true,
				      {m->plan->uid_first, m->plan->uid_length},
				      {m->plan->gid_first, m->plan->gid_length}};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return fail(f, FAIL_MACHINE, errno, "make pod namespaces", "line");
	struct clone_request args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	pid_t child = sys_clone3(&args);
	if (child == 0) {
		close(ends[0]);
		make_owned(ends[1], kinds);
	}
	int saved = errno;
	close(ends[1]);
	int result = child < 0 ? fail(f, FAIL_MACHINE, saved, "make user namespace", "")
			       : take_owned(m, child, ends[0], f);
	close(ends[0]);
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	return result;
}

void drop_pod(void)
{
	if (shim.reaper_fd >= 0)
		(void)sys_pidfd_kill(shim.reaper_fd, SIGKILL);
	close_fd(&shim.reaper_fd);
	close_fd(&shim.net_ns);
	close_fd(&shim.ipc_ns);
	close_fd(&shim.uts_ns);
	close_fd(&shim.user_ns);
	close_fd(&shim.shm);
}

static int make_pod(const struct pod_plan *plan, struct failure *f)
{
	struct making m = {.plan = plan, .net_ns = -1, .ipc_ns = -1, .uts_ns = -1, .user_ns = -1};
	int made = plan->flags & POD_USERS ? make_users(&m, f) : 0;
	if (made == 0 && ((plan->flags & (POD_NET | POD_IPC | POD_UTS)) || plan->sysctls.count > 0))
		made = run_child(make_in_child, &m, f);
	shim.net_ns = m.net_ns;
	shim.ipc_ns = m.ipc_ns;
	shim.uts_ns = m.uts_ns;
	shim.user_ns = m.user_ns;
	if (made < 0)
		return -1;
	if (m.failed) {
		*f = m.failure;
		return -1;
	}
	if (make_shm(plan, f) < 0)
		return -1;
	return plan->flags & POD_SHARED_PID ? start_reaper(f) : 0;
}

int prepare_pod(const struct pod_plan *plan, struct failure *f)
{
	if (make_pod(plan, f) < 0) {
		drop_pod();
		return -1;
	}
	shim.pod_flags = plan->flags;
	shim.prepared = true;
	return 0;
}

static int complete_in_child(void *argument)
{
	struct making *m = argument;
	m->failed = join_made(m) < 0 ? fail(&m->failure, FAIL_MACHINE, errno,
					    "enter pod namespaces", "") < 0
				     : name_pod(m->plan, &m->failure) < 0;
	return 0;
}

int complete_pod(const struct pod_plan *plan, struct failure *f)
{
	struct making m = {.plan = plan,
			   .net_ns = shim.net_ns,
			   .ipc_ns = shim.ipc_ns,
			   .uts_ns = shim.uts_ns,
			   .user_ns = -1};
	if (plan->flags != shim.pod_flags || (plan->flags & (POD_USERS | POD_SHARED_PID)) ||
	    shim.containers)
		return fail(f, FAIL_STATE, EINVAL, "complete pod", shim.pod);
	if (run_child(complete_in_child, &m, f) < 0)
		return -1;
	if (!m.failed)
		return 0;
	*f = m.failure;
	return -1;
}

/* A socket keeps the namespace it was made in; this thread is back home at once. */
static int open_in_namespace(int domain, int type, struct failure *f)
{
	AUTO_FD home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0 || setns(shim.net_ns, CLONE_NEWNET) < 0)
		return fail(f, FAIL_MACHINE, errno, "enter pod network", "");
	int fd = socket(domain, type | SOCK_CLOEXEC, 0);
	int saved = errno;
	if (setns(home, CLONE_NEWNET) < 0)
		_exit(1); /* nothing may ever be done in the wrong network */
	return fd >= 0 ? fd : fail(f, FAIL_MACHINE, saved, "open socket in pod", "");
}

/* Without a namespace of its own the pod is in the machine's network, as the shim is. */
static int open_in_pod(int domain, int type, struct failure *f)
{
	if (shim.net_ns >= 0)
		return open_in_namespace(domain, type, f);
	int fd = socket(domain, type | SOCK_CLOEXEC, 0);
	return fd >= 0 ? fd : fail(f, FAIL_MACHINE, errno, "open socket", "");
}

int open_netlink_in_pod(struct failure *f)
{
	return open_in_pod(AF_NETLINK, SOCK_RAW, f); /* protocol 0 is NETLINK_ROUTE */
}

int open_tcp_in_pod(int fds[2], struct failure *f)
{
	struct failure no_ipv6;
	fds[0] = open_in_pod(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, f);
	if (fds[0] < 0)
		return -1;
	fds[1] = open_in_pod(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, &no_ipv6);
	return 0;
}
