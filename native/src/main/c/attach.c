/* Attaching to a container: descriptors for the daemon, which speaks with the client. */
#define _GNU_SOURCE
#include <fcntl.h>

#include "shim.h"

#define TAP_BYTES (1 << 20)

enum attach_flag { ATTACH_STDIN = 1, ATTACH_STDOUT = 2, ATTACH_STDERR = 4, ATTACH_TERMINAL = 8 };

struct attached {
	uint32_t flags;
	int fds[3];
	size_t count;
};

/* What a client may be behind by is the pipe's size; a smaller one is used where the kernel gives
 * no more. */
static int tap(struct container *c, enum log_stream stream, struct failure *f)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(f, FAIL_MACHINE, errno, "make pipe", "");
	AUTO_FD reading = ends[0];
	(void)fcntl(ends[1], F_SETPIPE_SZ, TAP_BYTES);
	(void)fcntl(ends[1], F_SETFL, O_WRONLY | O_NONBLOCK);
	if (log_tap(c->log, stream, ends[1], f) < 0)
		return -1;
	return take_fd(&reading);
}

static int add(struct attached *a, uint32_t flag, int fd)
{
	if (fd < 0)
		return -1;
	a->flags |= flag;
	a->fds[a->count++] = fd;
	return 0;
}

static int add_copy(struct attached *a, uint32_t flag, int fd, struct failure *f)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return copy < 0 ? fail(f, FAIL_MACHINE, errno, "copy descriptor", "") : add(a, flag, copy);
}

/* In the order of the flags. A terminal has no stderr and comes also to one who only looks: the
 * size is set through it. */
static int collect(struct container *c, uint32_t wanted, struct attached *a, struct failure *f)
{
	bool terminal = c->terminal_fd >= 0;
	if ((wanted & ATTACH_STDIN) && c->stdin_fd >= 0 &&
	    add_copy(a, ATTACH_STDIN, c->stdin_fd, f) < 0)
		return -1;
	if ((wanted & ATTACH_STDOUT) && add(a, ATTACH_STDOUT, tap(c, LOG_STDOUT, f)) < 0)
		return -1;
	if ((wanted & ATTACH_STDERR) && !terminal &&
	    add(a, ATTACH_STDERR, tap(c, LOG_STDERR, f)) < 0)
		return -1;
	return terminal ? add_copy(a, ATTACH_TERMINAL, c->terminal_fd, f) : 0;
}

void attach_container(struct container *c, struct request *r)
{
	struct failure f;
	struct attached a = {.count = 0};
	uint8_t room[4];
	struct writer body = {room, 0, sizeof room, false};
	uint32_t wanted = read_u32(&r->body);
	int result = 0;
	if (c->state != CREATED && c->state != STARTING && c->state != RUNNING)
		result = fail(&f, FAIL_STATE, 0, "attach to container", "it is not running");
	else
		result = collect(c, wanted, &a, &f);
	write_u32(&body, a.flags);
	if (result < 0)
		reply_failure(&r->to, &f);
	else
		reply_done(&r->to, &body, a.fds, a.count);
	while (a.count > 0)
		close(a.fds[--a.count]);
}
