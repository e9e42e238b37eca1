/* What becomes of an exec session whose client is gone: it is told to end as a terminal's user
 * would tell it, then asked, then killed. The shim keeps the time, so a daemon that dies in the
 * middle, or takes all its clients with it, leaves nothing running. */
#include <signal.h>

#include "cgroups.h"
#include "shim.h"

#define TERM_AFTER_NS 1000000000u
#define KILL_AFTER_NS 3000000000u

enum step { NOT_YET, HUNG_UP, TERMINATED, KILLED };

static void signal_group(const struct session *s, int signal)
{
	if (s->pid && !s->reaped)
		(void)kill(-s->pid, signal);
}

void hang_up_session(struct session *s)
{
	if (s->hang_ups != NOT_YET)
		return;
	signal_group(s, SIGHUP);
	/* One that is stopped could not even die of it. */
	signal_group(s, SIGCONT);
	s->hang_ups = HUNG_UP;
	s->hang_up_at = steady_clock() + TERM_AFTER_NS;
}

static void next_step(struct session *s, uint64_t now)
{
	if (s->hang_ups == HUNG_UP) {
		if (s->kill_dir >= 0)
			(void)signal_cgroup(s->kill_dir, SIGTERM);
		signal_group(s, SIGTERM);
		s->hang_ups = TERMINATED;
		s->hang_up_at = now + KILL_AFTER_NS;
	} else {
		kill_session(s);
		s->hang_ups = KILLED;
	}
}

void hang_up_connection(uint32_t connection)
{
	for (struct container *c = shim.containers; c; c = c->next)
		for (struct session *s = c->sessions; s; s = s->next)
			if (s->waiting.connection == connection)
				hang_up_session(s);
}

int go_on_hanging_up(void)
{
	int next = -1;
	for (struct container *c = shim.containers; c; c = c->next)
		for (struct session *s = c->sessions; s; s = s->next) {
			if (s->hang_ups == NOT_YET || s->hang_ups == KILLED)
				continue;
			uint64_t now = steady_clock();
			if (now >= s->hang_up_at)
				next_step(s, now);
			if (s->hang_ups == KILLED)
				continue;
			int wait = (int)((s->hang_up_at - now) / 1000000u) + 1;
			next = next < 0 || wait < next ? wait : next;
		}
	return next;
}
