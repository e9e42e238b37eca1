#define _GNU_SOURCE
/* The containers of the pod and what becomes of them; creation.c makes them. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "cgroups.h"
#include "channel.h"
#include "kernel.h"
#include "shim.h"

struct container *find_container(const char *id)
{
	for (struct container *c = shim.containers; c; c = c->next)
		if (strcmp(c->id, id) == 0)
			return c;
	return NULL;
}

struct container *new_container(const char *id)
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

void free_container(struct container *c)
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

void watch_container(struct container *c, int channel)
{
	c->channel.fd = channel;
	c->channel.ready = channel_ready;
	watch_add(&c->channel, EPOLLIN);
}

static void fail_create(struct container *c)
{
	struct failure f;
	if (!c->has_failed) {
		/* By somebody, or for want of memory: no fault of the machine or of the plan. */
		fail(&f, FAIL_STATE, 0, "create container", "its init was killed");
		note_failure(c, &f);
	}
	if (c->failure)
		reply_failure(&c->waiting, c->failure);
	reply_ok(&c->remover);
	free_container(c);
}

/* Another runtime's start has ended. Of our own engine there is only init to say anything. */
static void settle_command(struct container *c)
{
	struct failure f;
	if (!c->ready && !c->has_failed) {
		fail(&f, FAIL_MACHINE, 0, "start container", "the OCI runtime was killed");
		note_failure(c, &f);
	}
	if (c->has_failed)
		kill_container(c);
}

static void settle_start(struct container *c)
{
	if (c->foreign)
		settle_command(c);
	if (c->ended_early) {
		struct exit_facts facts = c->exit;
		c->ended_early = false;
		container_ended(c, &facts);
	} else if (!c->has_failed) {
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
	if (c->foreign && c->state == STARTING && c->channel.fd >= 0) {
		c->ended_early = true;
		c->exit = *facts;
		return;
	}
	/* All that it said has been heard. Its helper, still on its way out, may hold the other end, and
	 * must not be waited for: a start would never be answered. */
	close_channel(c);
	bool created = c->state != CREATING;
	settle_container(c);
	if (!created)
		return;
	c->exit = *facts;
	c->exit.oom_kills = read_oom_counter(c->oom_fd);
	if (c->state == CREATED)
		c->exit.reason = "never started";
	if (c->state == STARTING) {
		c->exit.reason = "start failed";
		c->exit.status = 128;
	}
	c->state = EXITED;
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

void start_container(struct container *c, struct request *r)
{
	struct failure f;
	if (c->state != CREATED || c->foreign) {
		fail(&f, FAIL_STATE, 0, "start container",
		     c->state == EXITED ? "it has exited" : c->foreign ? "another runtime made it" : "it runs");
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
