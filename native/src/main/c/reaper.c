/* PID 1 of a pod that shares its processes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kernel.h"
#include "mounts.h"
#include "shim.h"
#include "users.h"

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

static _Noreturn void become_reaper(void)
{
	sigset_t none;
	/* pause must return when a child ends, so SIGCHLD needs a handler. */
	struct sigaction wake = {.sa_handler = do_nothing};
	sigemptyset(&none);
	if (enter_void() < 0 || sigaction(SIGCHLD, &wake, NULL) < 0 ||
	    sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		_exit(1);
	reap_forever();
}

static pid_t clone_reaper(uint64_t parent, uint64_t exit_signal)
{
	struct clone_request args = {.flags = CLONE_NEWPID | CLONE_NEWNS | parent,
				     .exit_signal = exit_signal};
	pid_t pid = sys_clone3(&args);
	if (pid == 0)
		become_reaper();
	return pid;
}

/* The PID namespace belongs to the user namespace of whoever makes it: a helper goes in, and the
 * reaper is its sibling. */
static pid_t clone_reaper_in_users(void)
{
	int ends[2];
	pid_t pid = -1;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid_t helper = fork();
	if (helper == 0) {
		struct failure f;
		pid_t reaper = enter_users(shim.user_ns, &f) < 0 ? -1 : clone_reaper(CLONE_PARENT, 0);
		_exit(write(ends[1], &reaper, sizeof reaper) != (ssize_t)sizeof reaper);
	}
	close(ends[1]);
	if (helper > 0) {
		if (read(ends[0], &pid, sizeof pid) != (ssize_t)sizeof pid)
			pid = -1;
		(void)waitpid(helper, NULL, 0);
	}
	close(ends[0]);
	return pid;
}

int start_reaper(struct failure *f)
{
	pid_t pid = pod_users.there ? clone_reaper_in_users() : clone_reaper(0, SIGCHLD);
	if (pid < 0)
		return fail(f, FAIL_MACHINE, errno, "clone reaper", "");
	shim.reaper_pid = pid;
	shim.reaper_fd = sys_pidfd_open(pid);
	return shim.reaper_fd < 0 ? fail(f, FAIL_MACHINE, errno, "open reaper", "") : 0;
}
