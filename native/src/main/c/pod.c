/* The pod's namespaces, kept by descriptor: no process has to live for them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "inside.h"
#include "kernel.h"
#include "mounts.h"
#include "shim.h"

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

static int make_namespaces(struct making *m, struct failure *f)
{
	const struct pod_plan *plan = m->plan;
	int kinds = (plan->flags & POD_NET ? CLONE_NEWNET : 0) |
		    (plan->flags & POD_IPC ? CLONE_NEWIPC : 0) |
		    (plan->flags & POD_UTS ? CLONE_NEWUTS : 0);
	if (unshare(kinds) < 0)
		return fail(f, FAIL_MACHINE, errno, "make pod namespaces", "");
	if ((plan->flags & POD_UTS) && *plan->hostname &&
	    sethostname(plan->hostname, strlen(plan->hostname)) < 0)
		return fail(f, FAIL_REQUEST, errno, "set hostname", plan->hostname);
	if (plan->sysctls.count > 0) {
		AUTO_FD proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (write_sysctls(proc, &plan->sysctls, f) < 0)
			return -1;
	}
	return open_made(m, f);
}

static int make_in_child(void *argument)
{
	struct making *m = argument;
	m->failed = make_namespaces(m, &m->failure) < 0;
	return 0;
}

static int run_child(struct making *m, struct failure *f)
{
	uint8_t *stack = mmap(NULL, CHILD_STACK, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return fail(f, FAIL_MACHINE, errno, "make pod namespaces", "");
	pid_t child = clone(make_in_child, stack + CHILD_STACK,
			    CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, m);
	int saved = errno;
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	munmap(stack, CHILD_STACK);
	return child > 0 ? 0 : fail(f, FAIL_MACHINE, saved, "clone", "");
}

static int make_shm(const struct pod_plan *plan, struct failure *f)
{
	char room[21];
	const char *options[] = {"mode", "1777", "size", decimal(plan->shm_bytes, room), NULL};
	unsigned attr = ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC;
	if (!(plan->flags & POD_IPC) || plan->shm_bytes == 0)
		return 0;
	shim.shm = make_fs("tmpfs", options, attr, f);
	return shim.shm < 0 ? -1 : 0;
}

/* An empty read-only root with nothing below it, for a process that others may look into. */
static int enter_void(void)
{
	static const char *const options[] = {"mode", "0555", "nr_inodes", "1", NULL};
	struct failure f;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	AUTO_FD empty = make_fs("tmpfs", options, ATTR_RDONLY, &f);
	AUTO_FD place = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (empty < 0 || place < 0 || sys_move_mount(empty, place) < 0 || fchdir(empty) < 0 ||
	    syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
		return -1;
	return chdir("/");
}

/* PID 1 of a pod that shares processes: it only reaps. */
static _Noreturn void reap_forever(void)
{
	uint32_t nothing[8] = {0x20080522u, 0};
	(void)setsid();
	(void)prctl(PR_SET_NAME, "pause", 0, 0, 0);
	(void)sys_close_range(0, 0);
	for (int cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
	(void)syscall(SYS_capset, nothing, nothing + 2);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	for (;;)
		if (waitpid(-1, NULL, 0) < 0)
			pause();
}

static void do_nothing(int signal)
{
	(void)signal;
}

static int start_reaper(struct failure *f)
{
	struct clone_request args = {.flags = CLONE_NEWPID | CLONE_NEWNS, .exit_signal = SIGCHLD};
	pid_t pid = sys_clone3(&args);
	if (pid < 0)
		return fail(f, FAIL_MACHINE, errno, "clone reaper", "");
	if (pid == 0) {
		sigset_t none;
		/* pause must return when a child ends, so SIGCHLD needs a handler. */
		struct sigaction wake = {.sa_handler = do_nothing};
		sigemptyset(&none);
		if (enter_void() < 0 || sigaction(SIGCHLD, &wake, NULL) < 0 ||
		    sigprocmask(SIG_SETMASK, &none, NULL) < 0)
			_exit(1);
		reap_forever();
	}
	shim.reaper_pid = pid;
	shim.reaper_fd = sys_pidfd_open(pid);
	return shim.reaper_fd < 0 ? fail(f, FAIL_MACHINE, errno, "open reaper", "") : 0;
}

void drop_pod(void)
{
	if (shim.reaper_fd >= 0)
		(void)sys_pidfd_kill(shim.reaper_fd, SIGKILL);
	close_fd(&shim.reaper_fd);
	close_fd(&shim.net_ns);
	close_fd(&shim.ipc_ns);
	close_fd(&shim.uts_ns);
	close_fd(&shim.shm);
}

static int make_pod(const struct pod_plan *plan, struct failure *f)
{
	struct making m = {.plan = plan, .net_ns = -1, .ipc_ns = -1, .uts_ns = -1};
	if ((plan->flags & (POD_NET | POD_IPC | POD_UTS)) || plan->sysctls.count > 0) {
		if (run_child(&m, f) < 0)
			return -1;
		shim.net_ns = m.net_ns;
		shim.ipc_ns = m.ipc_ns;
		shim.uts_ns = m.uts_ns;
		if (m.failed) {
			*f = m.failure;
			return -1;
		}
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
