/* From a request to a helper that makes the container, with its stdio and its files open. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "cgroups.h"
#include "channel.h"
#include "foreign.h"
#include "kernel.h"
#include "shim.h"
#include "users.h"

static int own_for(int fd, const struct process_plan *p)
{
	return fchown(fd, machine_uid(p->uid), machine_gid(p->gid));
}

/* One pipe; the container's end goes to *inner, ours to *outer. */
static int make_pipe(const struct process_plan *p, bool input, int *inner, int *outer,
		     struct failure *f)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(f, FAIL_MACHINE, errno, "make pipe", "");
	*inner = ends[input ? 0 : 1];
	*outer = ends[input ? 1 : 0];
	if (own_for(*inner, p) < 0)
		return fail(f, FAIL_MACHINE, errno, "own pipe", "");
	return 0;
}

static int open_input(struct container *c, const struct container_plan *plan, int fds[SLOT_END],
		      struct failure *f)
{
	bool piped = (plan->stdio_flags & STDIO_STDIN) && !(plan->stdio_flags & STDIO_TTY);
	if (piped)
		return make_pipe(&plan->process, true, &fds[0], &c->stdin_fd, f);
	fds[0] = open("/dev/null", O_RDWR | O_CLOEXEC);
	return fds[0] < 0 ? fail(f, FAIL_MACHINE, errno, "open", "/dev/null") : 0;
}

static int open_stdio(struct container *c, const struct container_plan *plan, int fds[SLOT_END],
		      struct failure *f)
{
	if (open_input(c, plan, fds, f) < 0)
		return -1;
	for (int n = 1; n < 3; n++) {
		int outer = -1;
		if (plan->stdio_flags & STDIO_TTY) {
			fds[n] = fcntl(fds[0], F_DUPFD_CLOEXEC, 0);
			continue;
		}
		if (make_pipe(&plan->process, false, &fds[n], &outer, f) < 0 ||
		    log_read(c->log, n == 1 ? LOG_STDOUT : LOG_STDERR, outer, f) < 0)
			return -1;
	}
	return 0;
}

static int open_files(struct container *c, const struct container_plan *plan, int fds[SLOT_END],
		      struct failure *f)
{
	c->exit_fd = open(plan->exit_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (c->exit_fd < 0)
		return fail_path(f, errno, "open exit record", plan->exit_path);
	c->oom_fd = open_oom_counter(&plan->cgroups);
	c->kill_dir = open_kill_dir(&plan->cgroups);
	c->log = log_open(plan->log_path, plan->max_line, plan->stdio_flags & STDIO_STALL, f);
	return c->log ? open_stdio(c, plan, fds, f) : -1;
}

/* Whose PID namespace is joined, as a pidfd; -1 with the failure noted, -2 nobody's. */
static int pid_target(const struct container_plan *plan, struct failure *f)
{
	if (plan->ns_pid == NS_POD) {
		if (shim.reaper_fd < 0)
			return fail(f, FAIL_STATE, 0, "join shared processes", "the pod has none");
		return shim.reaper_fd;
	}
	if (plan->ns_pid != NS_TARGET)
		return -2;
	const struct container *target = find_container(plan->target);
	if (!target || target->state == EXITED || target->pidfd < 0)
		return fail(f, FAIL_STATE, 0, "join processes of", plan->target);
	return target->pidfd;
}

static int watch_helper(struct container *c, pid_t helper, const int ends[2], struct failure *f)
{
	int saved = errno;
	close(ends[1]);
	if (helper < 0) {
		close(ends[0]);
		return fail(f, FAIL_MACHINE, saved, "fork helper", "");
	}
	c->helper = helper;
	watch_container(c, ends[0]);
	return 0;
}

static int fork_helper(struct container *c, struct container_plan *plan, int fds[SLOT_END],
		       struct failure *f)
{
	int ends[2];
	int target = pid_target(plan, f);
	if (target == -1)
		return -1;
	if (channel_open(ends) < 0)
		return fail(f, FAIL_MACHINE, errno, "make channel", "");
	fds[SLOT_CHANNEL] = ends[1];
	fds[SLOT_NET] = shim.net_ns;
	fds[SLOT_IPC] = shim.ipc_ns;
	fds[SLOT_UTS] = shim.uts_ns;
	fds[SLOT_SHM] = shim.shm;
	fds[SLOT_PID] = target < 0 ? -1 : target;
	fds[SLOT_USER] = shim.user_ns;
	/* A user namespace may not place init, so its helper takes init's place in the unified tree. */
	pid_t helper = pod_users.there ? clone_placed(&plan->cgroups) : -1;
	bool placed = helper >= 0;
	if (!placed)
		helper = fork();
	if (helper == 0 && c->foreign)
		foreign_create_helper(plan, fds);
	if (helper == 0)
		create_helper(plan, placed, fds);
	return watch_helper(c, helper, ends, f);
}

static int begin_create(struct request *r, bool foreign, struct container_plan *plan,
			struct failure *f)
{
	int fds[SLOT_END];
	for (int i = 0; i < SLOT_END; i++)
		fds[i] = -1;
	if (!shim.prepared)
		return fail(f, FAIL_STATE, 0, "create container", "the pod is not prepared");
	if (foreign && pod_users.there)
		return fail(f, FAIL_REQUEST, ENOSYS, "create container", "user namespace of another runtime");
	if (find_container(plan->id))
		return fail(f, FAIL_STATE, EEXIST, "create container", plan->id);
	struct container *c = new_container(plan->id);
	if (!c)
		return fail(f, FAIL_MACHINE, ENOMEM, "create container", plan->id);
	c->waiting = r->to;
	c->foreign = foreign;
	c->own_pid_ns = plan->ns_pid == NS_NEW;
	int result = open_files(c, plan, fds, f);
	if (result == 0)
		result = fork_helper(c, plan, fds, f);
	for (int i = 0; i < SLOT_CHANNEL; i++)
		close_fd(&fds[i]);
	if (result < 0) {
		free_container(c);
		return -1;
	}
	c->next = shim.containers;
	shim.containers = c;
	return 0;
}

void create_container(struct request *r, bool foreign)
{
	struct failure f;
	struct plan_memory memory;
	struct container_plan plan;
	int result = -1;
	if (r->fd_count != 1)
		fail(&f, FAIL_MACHINE, EBADMSG, "create container", "no plan");
	else
		result = plan_load(&memory, r->fds[0], &f);
	if (result == 0) {
		result = plan_read_container(&memory, &plan);
		if (result < 0)
			fail(&f, FAIL_MACHINE, EBADMSG, "read container plan", "");
		else
			result = begin_create(r, foreign, &plan, &f);
		plan_free(&memory);
	}
	if (result < 0)
		reply_failure(&r->to, &f);
}

static int begin_start(struct container *c, struct exec_plan *plan, struct failure *f)
{
	int ends[2];
	int fds[SLOT_END];
	AUTO_FD null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (c->state != CREATED || !c->foreign)
		return fail(f, FAIL_STATE, 0, "start container", "no other runtime made it, or it was started");
	if (null < 0 || channel_open(ends) < 0)
		return fail(f, FAIL_MACHINE, errno, "make channel", "");
	for (int i = 0; i < SLOT_END; i++)
		fds[i] = i < SLOT_CHANNEL ? null : -1;
	fds[SLOT_CHANNEL] = ends[1];
	pid_t helper = fork();
	if (helper == 0)
		foreign_command_helper(plan, fds);
	c->ready = false;
	return watch_helper(c, helper, ends, f);
}

void start_by_runtime(struct request *r)
{
	struct failure f;
	struct plan_memory memory;
	struct exec_plan plan;
	if (r->fd_count != 1 || plan_load(&memory, r->fds[0], &f) < 0) {
		fail(&f, FAIL_MACHINE, EBADMSG, "start container", "no plan");
		reply_failure(&r->to, &f);
		return;
	}
	bool read = plan_read_exec(&memory, &plan) == 0;
	struct container *c = read ? find_container(plan.container) : NULL;
	int result = c ? begin_start(c, &plan, &f) : fail(&f, FAIL_NOT_FOUND, 0, "start container", "");
	plan_free(&memory);
	if (result < 0) {
		reply_failure(&r->to, &f);
		return;
	}
	c->state = STARTING;
	c->waiting = r->to;
}
