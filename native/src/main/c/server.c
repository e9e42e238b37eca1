/* The event loop and the daemon's connections. One event at a time: what a handler frees can then
 * never be among the events still to come. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "channel.h"
#include "shim.h"

#define REQUEST_FDS 8

struct connection {
	struct watch watch;
	struct connection *next;
	uint32_t serial;
};

static int loop_fd = -1;
static struct connection *connections;
static uint32_t last_serial;

void watch_add(struct watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};
	(void)epoll_ctl(loop_fd, EPOLL_CTL_ADD, watch->fd, &event);
}

void watch_remove(struct watch *watch)
{
	(void)epoll_ctl(loop_fd, EPOLL_CTL_DEL, watch->fd, NULL);
}

/* A shim that has no pod yet is its daemon's: when that dies nobody else knows of it. */
static void end_without_pod(void)
{
	if (!shim.prepared && !connections)
		shim.ending = true;
}

static void drop_connection(struct connection *gone)
{
	struct connection **at = &connections;
	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	watch_remove(&gone->watch);
	close(gone->watch.fd);
	hang_up_connection(gone->serial);
	free(gone);
	end_without_pod();
}

static struct connection *find_connection(uint32_t serial)
{
	for (struct connection *c = connections; c; c = c->next)
		if (c->serial == serial)
			return c;
	return NULL;
}

/* A daemon that does not take its messages is dropped: it comes back and asks for the inventory. */
static void send_message(struct connection *c, const struct writer *w, const int *fds, size_t count)
{
	if (w->full || send_with_fds(c->watch.fd, w->start, w->length, fds, count) < 0)
		shutdown(c->watch.fd, SHUT_RDWR);
}

void broadcast(const struct writer *message)
{
	for (struct connection *c = connections; c; c = c->next)
		send_message(c, message, NULL, 0);
}

static void write_header(struct writer *w, const struct reply_to *to, uint16_t status)
{
	write_u16(w, (uint16_t)(to->operation | WIRE_REPLY));
	write_u16(w, status);
	write_u32(w, to->id);
}

void reply_done(const struct reply_to *to, const struct writer *body, const int *fds, size_t count)
{
	struct connection *c = find_connection(to->connection);
	uint8_t *room = c ? malloc(WIRE_HEADER + body->length) : NULL;
	if (!room)
		return;
	struct writer w = {room, 0, WIRE_HEADER + body->length, body->full};
	write_header(&w, to, 0);
	memcpy(room + w.length, body->start, body->length);
	w.length += body->length;
	send_message(c, &w, fds, count);
	free(room);
}

void reply_ok(const struct reply_to *to)
{
	uint8_t nothing[1];
	struct writer body = {nothing, 0, 0, false};
	reply_done(to, &body, NULL, 0);
}

void reply_failure(const struct reply_to *to, const struct failure *f)
{
	struct connection *c = find_connection(to->connection);
	uint8_t room[WIRE_HEADER + 4 + 2 + STEP_BYTES + 2 + DETAIL_BYTES];
	struct writer w = {room, 0, sizeof room, false};
	if (!c)
		return;
	write_header(&w, to, (uint16_t)f->kind);
	write_u32(&w, (uint32_t)f->err);
	write_text(&w, f->step);
	write_text(&w, f->detail);
	send_message(c, &w, NULL, 0);
}

static void receive_request(struct watch *watch, uint32_t events)
{
	struct connection *c = (struct connection *)watch;
	/* Its pages are touched only as far as messages reach. */
	static uint8_t bytes[WIRE_MAX];
	int fds[REQUEST_FDS];
	size_t count = REQUEST_FDS;
	(void)events;
	ssize_t length = receive_with_fds(watch->fd, bytes, sizeof bytes, fds, &count);
	if (length < 0 && errno == EAGAIN)
		return;
	if (length < WIRE_HEADER) {
		while (length > 0 && count > 0)
			close(fds[--count]);
		drop_connection(c);
		return;
	}
	struct request r = {.body = {bytes, bytes + length, false}, .fds = fds, .fd_count = count};
	uint32_t operation = read_u32(&r.body);
	r.to = (struct reply_to){c->serial, read_u32(&r.body), (uint16_t)operation};
	if (operation > UINT16_MAX)
		r.to.operation = 0;
	handle_request(&r);
	for (size_t i = 0; i < count; i++)
		close_fd(&fds[i]);
}

static void serve_connection(int fd)
{
	struct connection *c = calloc(1, sizeof *c);
	if (!c) {
		close(fd);
		return;
	}
	c->watch = (struct watch){receive_request, fd};
	c->serial = ++last_serial;
	c->next = connections;
	connections = c;
	watch_add(&c->watch, EPOLLIN);
}

static void accept_connection(struct watch *watch, uint32_t events)
{
	(void)events;
	AUTO_FD fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred peer;
	socklen_t length = sizeof peer;
	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 ||
	    peer.uid != geteuid())
		return;
	serve_connection(take_fd(&fd));
}

/* A connection that somebody made for us: as accept4 would have given it. */
static void take_connection(int fd)
{
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		serve_connection(fd);
}

static void hear_children(struct watch *watch, uint32_t events)
{
	uint8_t info[512];
	(void)events;
	while (read(watch->fd, info, sizeof info) > 0)
		;
	reap_children();
}

static void hear_log(struct watch *watch, uint32_t events)
{
	uint64_t count;
	(void)events;
	(void)!read(watch->fd, &count, sizeof count);
}

static void watch_log(struct watch *log)
{
	if (log->fd < 0 && log_news() >= 0) {
		log->fd = log_news();
		watch_add(log, EPOLLIN);
	}
}

static bool may_end(void)
{
	if (!shim.ending)
		return false;
	if (!all_told() && steady_clock() < shim.end_at)
		return false;
	(void)unlink(shim.socket_path);
	reply_ok(&shim.ender);
	return true;
}

/* The shorter of two timeouts, -1 being none. */
static int earlier(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int serve(int listener, int connection)
{
	struct watch accepting = {accept_connection, listener};
	struct watch children = {hear_children, open_child_signals()};
	struct watch log = {hear_log, -1};
	loop_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop_fd < 0 || children.fd < 0)
		return 1;
	watch_add(&accepting, EPOLLIN);
	watch_add(&children, EPOLLIN);
	if (connection >= 0)
		take_connection(connection);
	while (!may_end()) {
		struct epoll_event event;
		int timeout = earlier(tell_exits(), go_on_hanging_up());
		if (shim.ending && (timeout < 0 || timeout > 20))
			timeout = 20;
		if (epoll_wait(loop_fd, &event, 1, timeout) == 1) {
			struct watch *watch = event.data.ptr;
			watch->ready(watch, event.events);
		}
		watch_log(&log);
	}
	return 0;
}
