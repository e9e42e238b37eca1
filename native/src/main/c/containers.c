#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "cgroups.h"
#include "channel.h"
#include "kernel.h"
#include "shim.h"
#include "users.h"

struct container *find_container(const char *id)
{
	for (struct container *c = shim.containers; c; c = c->next)
		if (strcmp(c->id, id) == 0)
			return c;
	return NULL;
}

static struct container *new_container(const char *id)
{
	size_t length = strlen(id) + 1;
	struct container *c = calloc(1, sizeof *c + length);
	if (!c)
		return NULL;
	c->channel.fd = -1;
	c->pidfd = c->exit_fd = c->oom_fd = c->kill_dir = c->stdin_fd = c->terminal_fd = -1;
	c->exit.oom_kills = -1;
	memcpy(c->id, id, length);
	return c;
}

static void close_channel(struct container *c)
{
	if (c->channel.fd >= 0)
		watch_remove(&c->channel);
	close_fd(&c->channel.fd);
}

static void free_container(struct container *c)
{
	for (struct container **at = &shim.containers; *at; at = &(*at)->next)
		if (*at == c) {
			*at = c->next;
			break;
		}
	drop_sessions(c);
	close_channel(c);
	close_fd(&c->pidfd);
	close_fd(&c->exit_fd);
	close_fd(&c->oom_fd);
	close_fd(&c->kill_dir);
	close_fd(&c->stdin_fd);
	close_fd(&c->terminal_fd);
	if (c->log)
		log_close(c->log);
	free(c->failure);
	free(c);
}

bool any_alive(void)
{
	for (const struct container *c = shim.containers; c; c = c->next)
		if (c->state != EXITED)
			return true;
	return false;
}

bool all_told(void)
{
	for (const struct container *c = shim.containers; c; c = c->next)
		if (c->state != EXITED || !c->told)
			return false;
	return true;
}

static void note_failure(struct container *c, const struct failure *f)
{
	if (!c->failure)
		c->failure = malloc(sizeof *f);
	if (c->failure)
		*c->failure = *f;
	c->has_failed = true;
}

static void take_terminal(struct container *c, int master)
{
	struct failure f;
	int reading = fcntl(master, F_DUPFD_CLOEXEC, 0);
	c->terminal_fd = master;
	if (reading >= 0 && log_read(c->log, LOG_STDOUT, reading, &f) < 0)
		note_failure(c, &f);
}

static void answer_created(struct container *c)
{
	uint8_t room[4];
	struct writer body = {room, 0, sizeof room, false};
	if (c->state != CREATING || !c->ready || !c->pid)
		return;
	c->state = CREATED;
	write_u32(&body, (uint32_t)c->pid);
	reply_done(&c->waiting, &body, NULL, 0);
}

static void take_message(struct container *c, const struct channel_message *m, int *passed)
{
	switch ((enum channel_type)m->type) {
	case CHANNEL_PID:
		c->pid = m->value;
		c->pidfd = sys_pidfd_open(c->pid);
		answer_created(c);
		break;
	case CHANNEL_READY:
		c->ready = true;
		answer_created(c);
		break;
	case CHANNEL_ERROR:
		note_failure(c, &m->failure);
		break;
	case CHANNEL_TERMINAL:
		if (c->terminal_fd < 0 && *passed >= 0)
			take_terminal(c, take_fd(passed));
		break;
	}
}

void hear_container(struct container *c)
{
	while (c->channel.fd >= 0) {
		struct channel_message m;
		AUTO_FD passed = -1;
		int got = channel_receive(c->channel.fd, &m, &passed);
		if (got < 0)
			return;
		if (got == 0) {
			close_channel(c);
			return;
		}
		take_message(c, &m, &passed);
	}
}

static void channel_ready(struct watch *watch, uint32_t events)
{
	struct container *c = (struct container *)watch;
	(void)events;
	hear_container(c);
	settle_container(c);
	/* A pid that just became known may be that of a child that waits to be reaped. */
	reap_children();
}

static void fail_create(struct container *c)
{
	struct failure f;
	if (!c->has_failed) {
		fail(&f, FAIL_MACHINE, 0, "create container", "its init was killed");
		note_failure(c, &f);
	}
	if (c->failure)
		reply_failure(&c->waiting, c->failure);
	reply_ok(&c->remover);
	free_container(c);
}

static void settle_start(struct container *c)
{
	if (!c->has_failed) {
		c->state = RUNNING;
		reply_ok(&c->waiting);
	} else if (c->reaped && c->failure) {
		reply_failure(&c->waiting, c->failure);
	}
}

void settle_container(struct container *c)
{
	bool over = c->channel.fd < 0;
	if (c->state == CREATING && over && !c->helper && (!c->pid || c->reaped))
		fail_create(c);
	else if (c->state == STARTING && over)
		settle_start(c);
}

void container_ended(struct container *c, const struct exit_facts *facts)
{
	hear_container(c);
	c->reaped = true;
	if (c->state == CREATING) {
		close_channel(c);
		settle_container(c);
		return;
	}
	settle_container(c);
	c->exit = *facts;
	c->exit.oom_kills = read_oom_counter(c->oom_fd);
	if (c->state == CREATED)
		c->exit.reason = "never started";
	if (c->state == STARTING) {
		c->exit.reason = "start failed";
		c->exit.status = 128;
	}
	c->state = EXITED;
	close_channel(c);
	write_exit_record(c->exit_fd, &c->exit);
	c->tell_at = steady_clock() + OUTPUT_GRACE_NS;
	/* Where init's end does not take the others along, we do. */
	if (!c->own_pid_ns && c->kill_dir >= 0)
		kill_cgroup(c->kill_dir);
	close_fd(&c->stdin_fd);
	close_fd(&c->terminal_fd);
	if (c->remover.connection) {
		c->tell_at = 0;
		tell_exits();
		reply_ok(&c->remover);
		free_container(c);
	}
}

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
	c->log = log_open(plan->log_path, plan->max_line, f);
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
	if (helper == 0)
		create_helper(plan, placed, fds);
	close(ends[1]);
	c->channel.fd = ends[0];
	if (helper < 0)
		return fail(f, FAIL_MACHINE, errno, "fork helper", "");
	c->channel.ready = channel_ready;
	c->helper = helper;
	watch_add(&c->channel, EPOLLIN);
	return 0;
}

static int begin_create(struct request *r, struct container_plan *plan, struct failure *f)
{
	int fds[SLOT_END];
	for (int i = 0; i < SLOT_END; i++)
		fds[i] = -1;
	if (!shim.prepared)
		return fail(f, FAIL_STATE, 0, "create container", "the pod is not prepared");
	if (find_container(plan->id))
		return fail(f, FAIL_STATE, EEXIST, "create container", plan->id);
	struct container *c = new_container(plan->id);
	if (!c)
		return fail(f, FAIL_MACHINE, ENOMEM, "create container", plan->id);
	c->waiting = r->to;
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

void create_container(struct request *r)
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
			result = begin_create(r, &plan, &f);
		plan_free(&memory);
	}
	if (result < 0)
		reply_failure(&r->to, &f);
}

void start_container(struct container *c, struct request *r)
{
	struct failure f;
	if (c->state != CREATED) {
		fail(&f, FAIL_STATE, 0, "start container", c->state == EXITED ? "it has exited" : "it runs");
		reply_failure(&r->to, &f);
		return;
	}
	c->state = STARTING;
	c->waiting = r->to;
	(void)send(c->channel.fd, "g", 1, MSG_NOSIGNAL);
}

void signal_container(struct container *c, int signal, bool all)
{
	if (c->state == EXITED || c->pidfd < 0)
		return;
	if (all && c->kill_dir >= 0)
		(void)signal_cgroup(c->kill_dir, signal);
	else
		(void)sys_pidfd_kill(c->pidfd, signal);
}

void kill_container(struct container *c)
{
	if (!c->own_pid_ns && c->kill_dir >= 0)
		kill_cgroup(c->kill_dir);
	if (c->state != EXITED && c->pidfd >= 0)
		(void)sys_pidfd_kill(c->pidfd, SIGKILL);
	else if (c->state == CREATING && c->helper)
		(void)kill(c->helper, SIGKILL);
}

void remove_container(struct container *c, struct request *r)
{
	struct failure f;
	if (c->state == EXITED) {
		c->tell_at = 0;
		tell_exits();
		reply_ok(&r->to);
		free_container(c);
		return;
	}
	if (c->state != CREATED && c->state != CREATING) {
		fail(&f, FAIL_STATE, EBUSY, "remove container", "it runs");
		reply_failure(&r->to, &f);
		return;
	}
	c->remover = r->to;
	kill_container(c);
}
