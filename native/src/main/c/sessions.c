/* Exec sessions, seen from the shim; exec.c is what runs in their helpers. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "cgroups.h"
#include "channel.h"
#include "foreign.h"
#include "kernel.h"
#include "shim.h"

struct session *find_session(const struct container *c, const char *id)
{
	for (struct session *s = c->sessions; s; s = s->next)
		if (strcmp(s->id, id) == 0)
			return s;
	return NULL;
}

static void close_channel(struct session *s)
{
	if (s->channel.fd >= 0)
		watch_remove(&s->channel);
	close_fd(&s->channel.fd);
}

static void free_session(struct session *s)
{
	for (struct session **at = &s->container->sessions; *at; at = &(*at)->next)
		if (*at == s) {
			*at = s->next;
			break;
		}
	close_channel(s);
	close_fd(&s->pidfd);
	close_fd(&s->kill_dir);
	close_fd(&s->terminal_fd);
	free(s->failure);
	free(s);
}

void drop_sessions(struct container *c)
{
	while (c->sessions) {
		kill_session(c->sessions);
		free_session(c->sessions);
	}
}

void hear_session(struct session *s)
{
	while (s->channel.fd >= 0) {
		struct channel_message m;
		AUTO_FD passed = -1;
		int got = channel_receive(s->channel.fd, &m, &passed);
		if (got < 0)
			return;
		if (got == 0) {
			close_channel(s);
		} else if (m.type == CHANNEL_PID) {
			s->pid = m.value;
			s->pidfd = sys_pidfd_open(s->pid);
		} else if (m.type == CHANNEL_ERROR) {
			s->has_failed = true;
			*s->failure = m.failure;
		} else if (m.type == CHANNEL_TERMINAL && s->terminal_fd < 0) {
			s->terminal_fd = take_fd(&passed);
		}
	}
}

static void tell_end(const struct session *s)
{
	uint8_t room[768];
	struct writer w = {room, 0, sizeof room, false};
	write_u16(&w, EVENT_EXEC_EXIT);
	write_u16(&w, 0);
	write_u32(&w, 0);
	write_text(&w, s->container->id);
	write_text(&w, s->id);
	write_facts(&w, &s->exit);
	broadcast(&w);
}

void settle_session(struct session *s)
{
	bool gone = !s->helper && (!s->pid || s->reaped);
	if (s->channel.fd >= 0)
		hear_session(s);
	if (s->channel.fd >= 0)
		return;
	if (!s->answered && !s->has_failed && s->pid) {
		uint8_t room[4];
		struct writer body = {room, 0, sizeof room, false};
		write_u32(&body, (uint32_t)s->pid);
		reply_done(&s->waiting, &body, &s->terminal_fd, s->terminal_fd >= 0);
		/* The daemon's is the last master now: closing it hangs the session up. */
		close_fd(&s->terminal_fd);
		s->answered = true;
	}
	if (!gone)
		return;
	if (s->answered)
		tell_end(s);
	else
		reply_failure(&s->waiting, s->failure);
	free_session(s);
}

static void channel_ready(struct watch *watch, uint32_t events)
{
	struct session *s = (struct session *)watch;
	(void)events;
	hear_session(s);
	settle_session(s);
	reap_children();
}

static struct session *new_session(struct container *c, const char *id)
{
	size_t length = strlen(id) + 1;
	struct session *s = calloc(1, sizeof *s + length);
	struct failure *f = malloc(sizeof *f);
	if (!s || !f) {
		free(s);
		free(f);
		return NULL;
	}
	fail(f, FAIL_STATE, 0, "execute", "the session was killed");
	s->failure = f;
	s->container = c;
	s->channel.fd = s->pidfd = s->kill_dir = s->terminal_fd = -1;
	memcpy(s->id, id, length);
	s->next = c->sessions;
	c->sessions = s;
	return s;
}

static int fork_helper(struct session *s, struct exec_plan *plan, const struct request *r,
		       struct failure *f)
{
	int ends[2];
	int fds[SLOT_END];
	AUTO_FD null = r->fd_count >= 4 ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
	if (channel_open(ends) < 0)
		return fail(f, FAIL_MACHINE, errno, "make channel", "");
	for (int i = 0; i < SLOT_END; i++)
		fds[i] = i >= SLOT_CHANNEL ? -1 : null < 0 ? r->fds[i + 1] : null;
	fds[SLOT_CHANNEL] = ends[1];
	fds[SLOT_PID] = s->container->pidfd;
	fds[SLOT_USER] = shim.user_ns;
	/* Another runtime's own processes have nothing to do in the container's cgroups. */
	pid_t helper = s->foreign ? -1 : clone_placed(&plan->cgroups);
	bool placed = helper >= 0;
	if (!placed)
		helper = fork();
	if (helper == 0 && s->foreign)
		foreign_exec_helper(plan, fds);
	if (helper == 0)
		exec_helper(plan, placed, fds);
	close(ends[1]);
	s->channel.fd = ends[0];
	if (helper < 0)
		return fail(f, FAIL_MACHINE, errno, "fork helper", "");
	s->channel.ready = channel_ready;
	s->helper = helper;
	watch_add(&s->channel, EPOLLIN);
	return 0;
}

static int begin_exec(struct request *r, bool foreign, struct exec_plan *plan, struct failure *f)
{
	struct container *c = find_container(plan->container);
	if (!c)
		return fail(f, FAIL_NOT_FOUND, 0, "execute in container", plan->container);
	if (c->state != RUNNING)
		return fail(f, FAIL_STATE, 0, "execute in container", "it is not running");
	if (c->foreign != foreign)
		return fail(f, FAIL_STATE, EXDEV, "execute in container", "another runtime made it");
	if (find_session(c, plan->id))
		return fail(f, FAIL_STATE, EEXIST, "execute", plan->id);
	struct session *s = new_session(c, plan->id);
	if (!s)
		return fail(f, FAIL_MACHINE, ENOMEM, "execute", plan->id);
	s->waiting = r->to;
	s->foreign = foreign;
	/* With another runtime the session's cgroups are the container's. */
	s->kill_dir = foreign ? -1 : open_kill_dir(&plan->cgroups);
	if (fork_helper(s, plan, r, f) == 0)
		return 0;
	free_session(s);
	return -1;
}

void exec_session(struct request *r, bool foreign)
{
	struct failure f;
	struct plan_memory memory;
	struct exec_plan plan;
	int result = -1;
	if (r->fd_count != 1 && r->fd_count != 4)
		fail(&f, FAIL_MACHINE, EBADMSG, "execute", "no plan");
	else
		result = plan_load(&memory, r->fds[0], &f);
	if (result == 0) {
		result = plan_read_exec(&memory, &plan);
		if (result < 0)
			fail(&f, FAIL_MACHINE, EBADMSG, "read exec plan", "");
		else
			result = begin_exec(r, foreign, &plan, &f);
		plan_free(&memory);
	}
	if (result < 0)
		reply_failure(&r->to, &f);
}

void kill_session(struct session *s)
{
	if (s->kill_dir >= 0)
		kill_cgroup(s->kill_dir);
	if (s->pid && !s->reaped) {
		(void)kill(-s->pid, SIGKILL);
		if (s->pidfd >= 0)
			(void)sys_pidfd_kill(s->pidfd, SIGKILL);
	} else if (s->foreign && s->helper) {
		(void)kill(s->helper, SIGKILL); /* its runtime goes with it */
	}
}
