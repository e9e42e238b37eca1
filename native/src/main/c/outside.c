#define _GNU_SOURCE
#include "outside.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "kernel.h"
#include "program.h"
#include "shim.h"

#define REPORT 3
#define LIFELINE 4
#define FIRST_ARGUMENT 5
#define SWEEP_NS 2000000000ull
#define SWEEP_PAUSE_NS 2000000L
#define PIECE 65536

enum end { GOING, ENDED, DEADLINE, TOO_MUCH, ALONE };

struct outside {
	pid_t pid;
	int pidfd;
	int output[2]; /* read ends of its stdout and stderr, -1 at their end */
	uint64_t room[2];
	uint64_t deadline;
};

static char piece[PIECE];

static void report(const char *what, int number)
{
	dprintf(REPORT, number < 0 ? "%s" : "%s %d", what, number);
}

/* In the child; only answers by the errno that it leaves in the pipe. */
static void become(char **command, int out, int err, int trouble)
{
	(void)setsid();
	/* What the runner cannot end because it was ended itself, the kernel does. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	umask(022);
	reset_signals();
	if (dup2(out, 1) >= 0 && dup2(err, 2) >= 0 && sys_close_range(3, RANGE_CLOEXEC) >= 0)
		execve(command[0], command, environ);
	int why = errno;
	(void)!write(trouble, &why, sizeof why);
	_exit(127);
}

/* 0 or -1 with errno. */
static int start(struct outside *o, char **command)
{
	int out[2], err[2], trouble[2], why = 0;
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0 || pipe2(trouble, O_CLOEXEC) < 0)
		return -1;
	o->pid = fork();
	if (o->pid < 0)
		return -1;
	if (o->pid == 0)
		become(command, out[1], err[1], trouble[1]);
	close(out[1]);
	close(err[1]);
	close(trouble[1]);
	o->output[0] = out[0];
	o->output[1] = err[0];
	bool failed = read(trouble[0], &why, sizeof why) == sizeof why;
	close(trouble[0]);
	o->pidfd = (int)syscall(NR_PIDFD_OPEN, o->pid, 0);
	if (failed)
		errno = why;
	return failed || o->pidfd < 0 ? -1 : 0;
}

static bool copy_whole(int to, const char *from, size_t length)
{
	while (length > 0) {
		ssize_t n = write(to, from, length);
		if (n <= 0)
			return false;
		from += n;
		length -= (size_t)n;
	}
	return true;
}

/* Copies what is there, at most one piece. False when it is more than it may be. */
static bool copy(struct outside *o, int which)
{
	ssize_t n = read(o->output[which], piece, sizeof piece);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0) {
		close_fd(&o->output[which]);
		return true;
	}
	if ((uint64_t)n > o->room[which])
		return false;
	o->room[which] -= (uint64_t)n;
	return copy_whole(which + 1, piece, (size_t)n);
}

/* What the program left in its pipes; a child of it that lives on may hold them open for ever. */
static bool copy_rest(struct outside *o)
{
	for (int which = 0; which < 2; which++) {
		if (o->output[which] < 0)
			continue;
		if (fcntl(o->output[which], F_SETFL, O_NONBLOCK) < 0)
			return false;
		struct pollfd waiting = {o->output[which], POLLIN, 0};
		while (waiting.fd >= 0 && poll(&waiting, 1, 0) > 0) {
			if (!copy(o, which))
				return false;
			waiting.fd = o->output[which];
		}
	}
	return true;
}

static int time_left(const struct outside *o)
{
	uint64_t now = steady_clock();
	return now >= o->deadline ? 0 : (int)((o->deadline - now) / 1000000 + 1);
}

static enum end look(struct outside *o, const struct pollfd *seen)
{
	for (int which = 0; which < 2; which++)
		if (seen[which].revents && !copy(o, which))
			return TOO_MUCH;
	if (seen[2].revents)
		return ENDED;
	return seen[3].revents ? ALONE : GOING;
}

static enum end watch(struct outside *o)
{
	for (;;) {
		struct pollfd waiting[4] = {{o->output[0], POLLIN, 0},
					    {o->output[1], POLLIN, 0},
					    {o->pidfd, POLLIN, 0},
					    {LIFELINE, POLLHUP, 0}};
		int left = time_left(o);
		if (left == 0)
			return DEADLINE;
		if (poll(waiting, 4, left) < 0 && errno != EINTR)
			return ALONE;
		enum end end = look(o, waiting);
		if (end == ENDED)
			return copy_rest(o) ? ENDED : TOO_MUCH;
		if (end != GOING)
			return end;
	}
}

/* Kills the children that this process has now; a grandchild becomes one when its parent ends. */
static void kill_children(void)
{
	FILE *list = fopen("/proc/thread-self/children", "re");
	int pid;
	while (list && fscanf(list, "%d", &pid) == 1)
		(void)kill(pid, SIGKILL);
	if (list)
		(void)fclose(list);
}

/* Ends everything that was started, also what left its group. One that the kernel does not let go
 * is left to the machine's first process: nobody waits for it longer than this. */
static int sweep(const struct outside *o)
{
	int of_program = 0, status;
	uint64_t end = steady_clock() + SWEEP_NS;
	(void)kill(-o->pid, SIGKILL);
	(void)kill(o->pid, SIGKILL);
	for (;;) {
		pid_t pid = waitpid(-1, &status, WNOHANG);
		if (pid == o->pid)
			of_program = status;
		if (pid < 0 || steady_clock() > end)
			return of_program;
		if (pid == 0) {
			kill_children();
			nanosleep(&(struct timespec){0, SWEEP_PAUSE_NS}, NULL);
		}
	}
}

static void tell(enum end end, int status)
{
	if (end == DEADLINE)
		report("deadline", -1);
	else if (end == TOO_MUCH)
		report("output", -1);
	else if (end == ALONE)
		report("alone", -1);
	else if (WIFSIGNALED(status))
		report("signal", WTERMSIG(status));
	else
		report("exit", WEXITSTATUS(status));
}

int run_outside(int argc, char **argv)
{
	struct outside o = {.pidfd = -1, .output = {-1, -1}};
	if (argc <= FIRST_ARGUMENT)
		return 2;
	(void)sys_close_range(LIFELINE + 1, 0);
	(void)sys_close_range(REPORT, RANGE_CLOEXEC);
	(void)signal(SIGPIPE, SIG_IGN);
	o.deadline = steady_clock() + strtoull(argv[3], NULL, 10) * 1000000u;
	o.room[0] = o.room[1] = strtoull(argv[4], NULL, 10);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 || chdir(argv[2]) < 0 ||
	    start(&o, argv + FIRST_ARGUMENT) < 0) {
		report("start", errno);
		return 0;
	}
	enum end end = watch(&o);
	/* The program's own status is kept by the kernel until it is reaped here. */
	tell(end, sweep(&o));
	return 0;
}
