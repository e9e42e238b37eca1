/* Children that ended: whose they were, what is written down, who is told. */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "cgroups.h"
#include "shim.h"

int open_child_signals(void)
{
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	(void)signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -1;
	return signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

void write_facts(struct writer *w, const struct exit_facts *facts)
{
	write_u32(w, facts->status);
	write_u32(w, facts->signal);
	write_u64(w, facts->time);
	write_u64(w, (uint64_t)facts->oom_kills);
	write_text(w, facts->reason ? facts->reason : "");
}

static void append_fact(char *text, size_t room, const char *name, uint64_t value)
{
	char digits[21];
	append_text(text, room, name);
	append_text(text, room, decimal(value, digits));
	append_text(text, room, "\n");
}

void write_exit_record(int fd, const struct exit_facts *facts)
{
	char text[512] = "berth-exit 1\n";
	append_fact(text, sizeof text, "status ", facts->status);
	append_fact(text, sizeof text, "signal ", facts->signal);
	append_fact(text, sizeof text, "time ", facts->time);
	if (facts->oom_kills >= 0)
		append_fact(text, sizeof text, "oom-kills ", (uint64_t)facts->oom_kills);
	append_text(text, sizeof text, "reason ");
	append_text(text, sizeof text, facts->reason ? facts->reason : "");
	append_text(text, sizeof text, "\nend\n");
	(void)!pwrite(fd, text, strlen(text), 0);
}

static struct exit_facts facts_of(const siginfo_t *info)
{
	bool killed = info->si_code != CLD_EXITED;
	return (struct exit_facts){
		.status = (uint32_t)(killed ? 128 + info->si_status : info->si_status),
		.signal = (uint32_t)(killed ? info->si_status : 0),
		.time = wall_clock(),
		.oom_kills = -1,
	};
}

/* Somebody whose helper has not told us yet whom it cloned. */
static bool expecting(void)
{
	for (struct container *c = shim.containers; c; c = c->next) {
		if (c->helper && !c->pid)
			return true;
		for (struct session *s = c->sessions; s; s = s->next)
			if (s->helper && !s->pid)
				return true;
	}
	return false;
}

static void hear_all(void)
{
	struct container *next;
	for (struct container *c = shim.containers; c; c = next) {
		struct session *next_session;
		next = c->next;
		for (struct session *s = c->sessions; s; s = next_session) {
			next_session = s->next;
			if (!s->pid)
				hear_session(s);
		}
		if (!c->pid)
			hear_container(c);
	}
}

static bool session_took(struct session *s, pid_t pid, const struct exit_facts *facts)
{
	if (s->helper == pid) {
		s->helper = 0;
	} else if (s->pid == pid && !s->reaped) {
		s->reaped = true;
		s->exit = *facts;
	} else {
		return false;
	}
	settle_session(s);
	return true;
}

static bool container_took(struct container *c, pid_t pid, const struct exit_facts *facts)
{
	if (c->helper == pid) {
		c->helper = 0;
		settle_container(c);
		return true;
	}
	if (c->pid == pid && !c->reaped) {
		container_ended(c, facts);
		return true;
	}
	for (struct session *s = c->sessions; s; s = s->next)
		if (session_took(s, pid, facts))
			return true;
	return false;
}

static bool is_known(pid_t pid)
{
	for (struct container *c = shim.containers; c; c = c->next) {
		if (c->helper == pid || (c->pid == pid && !c->reaped))
			return true;
		for (struct session *s = c->sessions; s; s = s->next)
			if (s->helper == pid || (s->pid == pid && !s->reaped))
				return true;
	}
	return false;
}

void reap_children(void)
{
	for (;;) {
		siginfo_t info = {.si_pid = 0};
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 || info.si_pid == 0)
			return;
		hear_all();
		/* A stranger may be somebody's init that died before its helper could say so: it
		 * stays until the helper has spoken or is dead too. */
		if (!is_known(info.si_pid) && expecting())
			return;
		struct exit_facts facts = facts_of(&info);
		pid_t pid = info.si_pid;
		(void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | __WALL);
		for (struct container *c = shim.containers; c; c = c->next)
			if (container_took(c, pid, &facts))
				break;
	}
}

static void tell_exit(struct container *c)
{
	uint8_t room[512];
	struct writer w = {room, 0, sizeof room, false};
	write_u16(&w, EVENT_EXIT);
	write_u16(&w, 0);
	write_u32(&w, 0);
	write_text(&w, c->id);
	write_facts(&w, &c->exit);
	broadcast(&w);
	c->told = true;
	c->exit.reason = c->exit.reason ? c->exit.reason : "";
}

int tell_exits(void)
{
	int next = -1;
	uint64_t now = 0;
	for (struct container *c = shim.containers; c; c = c->next) {
		if (c->state != EXITED || c->told)
			continue;
		now = now ? now : steady_clock();
		if (!c->log || log_drained(c->log) || now >= c->tell_at) {
			tell_exit(c);
			continue;
		}
		int wait = (int)((c->tell_at - now) / 1000000u) + 1;
		next = next < 0 || wait < next ? wait : next;
	}
	return next;
}
