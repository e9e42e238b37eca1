/* An exec session: a helper joins the container's namespaces at once by init's pidfd, then clones
 * the session, which is a child of the shim.
 *
 * The helper is never in the container's PID namespace: setns moves only what it clones. So what
 * appears inside has the container's root, no descriptors but stdio and the channel, and drops its
 * privileges before it tells anybody. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "cgroups.h"
#include "channel.h"
#include "init.h"
#include "inside.h"
#include "kernel.h"
#include "program.h"
#include "users.h"

static _Noreturn void give_up(const struct failure *f)
{
	channel_fail(SLOT_CHANNEL, f);
	_exit(1);
}

void own_pipes(const struct process_plan *p)
{
	for (int fd = 0; fd < 3; fd++) {
		struct stat st;
		if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
			(void)fchown(fd, machine_uid(p->uid), machine_gid(p->gid));
	}
}

/* The parent death signal says nothing of a shim that died before it was set. */
static bool shim_is_alive(void)
{
	struct pollfd channel = {SLOT_CHANNEL, POLLIN, 0};
	return poll(&channel, 1, 0) == 0;
}

static int enter_container(const struct exec_plan *plan, bool placed, struct failure *f)
{
	const int kinds = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
			  CLONE_NEWCGROUP | (pod_users.there ? CLONE_NEWUSER : 0);
	/* All but the last step needs the machine's view of the file system. */
	if (join_cgroups(&plan->cgroups, placed, f) < 0)
		return -1;
	if (setns(SLOT_PID, kinds) < 0)
		return errno == ESRCH ? fail(f, FAIL_STATE, ESRCH, "join container", plan->container)
				      : fail(f, FAIL_MACHINE, errno, "join container", plan->container);
	close(SLOT_PID);
	close(SLOT_USER);
	return pod_users.there ? become_users_root(f) : 0;
}

/* The terminal is of the container's own devpts, so that the program can open it by its name. */
static int give_terminal(const struct exec_plan *plan, struct failure *f)
{
	AUTO_FD root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD slave = -1;
	AUTO_FD master = root < 0 ? fail(f, FAIL_MACHINE, errno, "open", "/")
				  : open_terminal(root, plan->process.uid, &slave, f);
	if (master < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(slave, fd) < 0)
			return fail(f, FAIL_MACHINE, errno, "use terminal", "");
	if (channel_send(SLOT_CHANNEL, CHANNEL_TERMINAL, 0, master) < 0)
		return fail(f, FAIL_MACHINE, errno, "pass terminal", "");
	return 0;
}

static _Noreturn void become_session(const struct exec_plan *plan)
{
	struct failure f;
	char path[PATH_MAX];
	if (become_final(&plan->process, plan->stdio_flags & STDIO_TTY, path, &f) < 0)
		give_up(&f);
	reset_signals();
	if (!shim_is_alive())
		_exit(1);
	run_program(&plan->process, path, &f);
	give_up(&f);
}

_Noreturn void exec_helper(struct exec_plan *plan, bool placed, const int fds[SLOT_END])
{
	struct failure f;
	if (settle_descriptors(fds, &f) < 0)
		_exit(1);
	set_oom_score(&plan->process);
	own_pipes(&plan->process);
	if (enter_container(plan, placed, &f) < 0 ||
	    ((plan->stdio_flags & STDIO_TTY) && give_terminal(plan, &f) < 0))
		give_up(&f);
	pid_t pid = clone_sibling(0, -1);
	if (pid == 0)
		become_session(plan);
	if (pid < 0) {
		/* A held PID namespace whose init died takes nobody in any more. */
		bool dead = errno == ENOMEM || errno == EINVAL;
		fail(&f, dead ? FAIL_STATE : FAIL_MACHINE, errno, "clone session", plan->container);
		give_up(&f);
	}
	_exit(channel_send(SLOT_CHANNEL, CHANNEL_PID, pid, -1) < 0);
}
