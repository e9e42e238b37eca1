#define _GNU_SOURCE
#include "log.h"

#include "taps.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define READ_BYTES (64u << 10)
#define OUT_BYTES (256u << 10)
#define MAX_CARRY OUT_BYTES
#define BIG_PIPE (1 << 20)
#define STACK_BYTES (16u << 10)
#define BUSY_READS 32
#define BUSY_GAP_NS 200000u
#define NAP_NS 200000
#define NAP_BELOW (32u << 10)
#define IDLE_MS 1000

/* "2026-01-02T03:04:05.123456789Z stdout F " */
#define TIME_BYTES 30
#define HEAD_BYTES (TIME_BYTES + 1 + 6 + 1 + 1 + 1)

struct log_sink {
	atomic_int next_fd;  /* a newly opened file the thread shall go on with, or -1 */
	atomic_int streams;  /* still open */
	atomic_bool closing; /* the owner gave it up */
	int fd;              /* the thread's after log_open */
	struct taps taps;
	uint32_t max_line;
	char path[];
};

struct stream {
	struct stream *next;
	struct log_sink *sink;
	int fd;
	enum log_stream which;
	uint32_t carried;   /* bytes of an unfinished line */
	uint32_t fast;      /* reads in a row without a pause between them */
	bool big_pipe;
	uint64_t last_read; /* monotonic ns */
	uint8_t *carry;
};

/* The thread and what it shares with the main thread. The lock guards the list only; it is never
 * held during a read or write. */
static struct {
	pthread_t thread;
	bool running;
	int epoll;
	int wake; /* to the thread */
	int news; /* from the thread */
	pthread_mutex_t lock;
	struct stream *streams;
} logger = {.epoll = -1, .wake = -1, .news = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

/* The thread's own buffers, there only while something is being written: an idle pod pays neither
 * for them nor for their page tables. */
static uint8_t *in;
static uint8_t *out;
static size_t out_used;

#define BUFFER_BYTES (MAX_CARRY + READ_BYTES + OUT_BYTES)

static bool have_buffers(void)
{
	if (in)
		return true;
	void *room = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return false;
	in = room;
	out = in + MAX_CARRY + READ_BYTES;
	return true;
}

static void drop_buffers(void)
{
	munmap(in, BUFFER_BYTES);
	in = NULL;
}

static uint64_t now_ns(clockid_t clock, struct timespec *now)
{
	clock_gettime(clock, now);
	return (uint64_t)now->tv_sec * 1000000000u + (uint64_t)now->tv_nsec;
}

static void poke(int fd)
{
	uint64_t one = 1;
	(void)!write(fd, &one, sizeof one);
}

static void digits(char *to, unsigned value, int count)
{
	while (count-- > 0) {
		to[count] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* The head of every line of one read, but for the tag; the calendar is worked out once a second. */
static char head[HEAD_BYTES + 1] = "0000-00-00T00:00:00.000000000Z stdout F ";

static void set_head(enum log_stream which)
{
	static time_t second = -1;
	struct timespec now;
	now_ns(CLOCK_REALTIME, &now);
	if (now.tv_sec != second) {
		struct tm tm;
		second = now.tv_sec;
		gmtime_r(&second, &tm);
		digits(head, (unsigned)tm.tm_year + 1900u, 4);
		digits(head + 5, (unsigned)tm.tm_mon + 1u, 2);
		digits(head + 8, (unsigned)tm.tm_mday, 2);
		digits(head + 11, (unsigned)tm.tm_hour, 2);
		digits(head + 14, (unsigned)tm.tm_min, 2);
		digits(head + 17, (unsigned)tm.tm_sec, 2);
	}
	digits(head + 20, (unsigned)now.tv_nsec, 9);
	memcpy(head + TIME_BYTES + 1, which == LOG_STDOUT ? "stdout" : "stderr", 6);
}

static void switch_file(struct log_sink *sink)
{
	int next = atomic_exchange(&sink->next_fd, -1);
	if (next < 0)
		return;
	close_fd(&sink->fd);
	sink->fd = next;
}

/* What cannot be written (a full disk, a file gone bad) is lost; the container must not stop for
 * it. */
static void flush(struct log_sink *sink)
{
	switch_file(sink);
	for (size_t done = 0; sink->fd >= 0 && done < out_used;) {
		ssize_t written = write(sink->fd, out + done, out_used - done);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			break;
		done += (size_t)written;
	}
	out_used = 0;
}

static void emit(struct log_sink *sink, const uint8_t *content, size_t length, char tag)
{
	if (OUT_BYTES - out_used < HEAD_BYTES + length + 1)
		flush(sink);
	uint8_t *to = out + out_used;
	memcpy(to, head, HEAD_BYTES);
	to[HEAD_BYTES - 2] = (uint8_t)tag;
	memcpy(to + HEAD_BYTES, content, length);
	to[HEAD_BYTES + length] = '\n';
	out_used += HEAD_BYTES + length + 1;
}

/* A line can be larger than the buffer only if the limit is: then it goes out in the limit's
 * pieces, which always fit. */
static size_t piece_limit(const struct log_sink *sink)
{
	size_t most = OUT_BYTES - HEAD_BYTES - 1;
	return sink->max_line < most ? sink->max_line : most;
}

/* Writes all complete lines and all full parts; returns how many bytes at the end are left. */
static size_t emit_lines(struct log_sink *sink, const uint8_t *bytes, size_t length)
{
	size_t limit = piece_limit(sink);
	const uint8_t *at = bytes;
	const uint8_t *end = bytes + length;
	while (at < end) {
		size_t left = (size_t)(end - at);
		const uint8_t *newline = memchr(at, '\n', left < limit + 1 ? left : limit + 1);
		if (newline) {
			emit(sink, at, (size_t)(newline - at), 'F');
			at = newline + 1;
		} else if (left > limit) {
			emit(sink, at, limit, 'P');
			at += limit;
		} else {
			break;
		}
	}
	return (size_t)(end - at);
}

static bool keep(struct stream *s, const uint8_t *rest, size_t length)
{
	if (length == 0) {
		free(s->carry);
		s->carry = NULL;
	} else if (!s->carry && !(s->carry = malloc(piece_limit(s->sink) + 1))) {
		emit(s->sink, rest, length, 'P');
		length = 0;
	} else {
		memcpy(s->carry, rest, length);
	}
	s->carried = (uint32_t)length;
	return length > 0;
}

/* Many small writes in a row: a large pipe and a nap let them pile up, so that one read takes
 * hundreds of lines; with a small pipe a nap would only stop the writer. */
static void pace(struct stream *s, size_t got)
{
	struct timespec t;
	uint64_t now = now_ns(CLOCK_MONOTONIC, &t);
	s->fast = now - s->last_read < BUSY_GAP_NS ? s->fast + 1 : 0;
	if (s->fast == BUSY_READS && !s->big_pipe)
		s->big_pipe = fcntl(s->fd, F_SETPIPE_SZ, BIG_PIPE) >= BIG_PIPE;
	if (s->fast >= BUSY_READS && s->big_pipe && got < NAP_BELOW) {
		struct timespec nap = {0, NAP_NS};
		nanosleep(&nap, NULL);
		now = now_ns(CLOCK_MONOTONIC, &t);
	}
	s->last_read = now;
}

static void unlink_stream(struct stream *gone)
{
	pthread_mutex_lock(&logger.lock);
	struct stream **at = &logger.streams;
	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	pthread_mutex_unlock(&logger.lock);
}

static void free_sink(struct log_sink *sink)
{
	taps_close(&sink->taps, LOG_STDOUT);
	taps_close(&sink->taps, LOG_STDERR);
	switch_file(sink);
	close_fd(&sink->fd);
	free(sink);
}

static void end_stream(struct stream *s)
{
	struct log_sink *sink = s->sink;
	if (s->carried > 0 && have_buffers()) {
		set_head(s->which);
		emit(sink, s->carry, s->carried, 'P');
		flush(sink);
	}
	taps_close(&sink->taps, s->which);
	unlink_stream(s);
	/* Closing alone does not do: a terminal's master is open elsewhere too, and epoll watches the
	 * open file. */
	(void)epoll_ctl(logger.epoll, EPOLL_CTL_DEL, s->fd, NULL);
	close(s->fd);
	free(s->carry);
	free(s);
	/* The owner frees a sink without streams; see log_close. */
	pthread_mutex_lock(&logger.lock);
	bool last = atomic_fetch_sub(&sink->streams, 1) == 1;
	bool orphan = last && atomic_load(&sink->closing);
	pthread_mutex_unlock(&logger.lock);
	if (orphan)
		free_sink(sink);
	else if (last)
		poke(logger.news);
}

static void read_stream(struct stream *s)
{
	if (!have_buffers()) {
		struct timespec later = {0, 10000000};
		nanosleep(&later, NULL);
		return;
	}
	uint8_t *start = in + MAX_CARRY - s->carried;
	if (s->carried > 0)
		memcpy(start, s->carry, s->carried);
	ssize_t got = read(s->fd, in + MAX_CARRY, READ_BYTES);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0 || atomic_load(&s->sink->closing)) {
		/* A terminal whose last user is gone says EIO. */
		end_stream(s);
		return;
	}
	taps_write(&s->sink->taps, s->which, in + MAX_CARRY, (size_t)got);
	set_head(s->which);
	size_t length = s->carried + (size_t)got;
	size_t rest = emit_lines(s->sink, start, length);
	(void)keep(s, start + length - rest, rest);
	if (out_used > 0)
		flush(s->sink);
	pace(s, (size_t)got);
}

static void end_closing(void)
{
	uint64_t count;
	(void)!read(logger.wake, &count, sizeof count);
	for (bool found = true; found;) {
		found = false;
		pthread_mutex_lock(&logger.lock);
		struct stream *s = logger.streams;
		while (s && !atomic_load(&s->sink->closing)) {
			switch_file(s->sink);
			s = s->next;
		}
		pthread_mutex_unlock(&logger.lock);
		if (s) {
			found = true;
			end_stream(s);
		}
	}
}

static void *run(void *unused)
{
	for (;;) {
		struct epoll_event event;
		int ready = epoll_wait(logger.epoll, &event, 1, in ? IDLE_MS : -1);
		if (ready == 0)
			drop_buffers();
		if (ready == 1 && event.data.ptr)
			read_stream(event.data.ptr);
		else if (ready == 1)
			end_closing();
	}
	return unused;
}

static int start_thread(void)
{
	pthread_attr_t attr;
	sigset_t all;
	sigset_t before;
	struct epoll_event wake = {.events = EPOLLIN};
	logger.epoll = epoll_create1(EPOLL_CLOEXEC);
	logger.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	logger.news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (logger.epoll < 0 || logger.wake < 0 || logger.news < 0 ||
	    epoll_ctl(logger.epoll, EPOLL_CTL_ADD, logger.wake, &wake) < 0)
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	errno = pthread_create(&logger.thread, &attr, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	logger.running = errno == 0;
	return logger.running ? 0 : -1;
}

/* Makes the directories above a file that are missing: 0 or -1 with errno. */
static int make_parents(const char *file)
{
	char path[PATH_MAX];
	size_t length = strlen(file);
	if (length >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, file, length + 1);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

/* A kubelet makes the directory before; other clients need not, as with other runtimes. */
static int open_log_file(const char *path)
{
	const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY;
	int fd = open(path, flags, 0640);
	if (fd < 0 && errno == ENOENT && make_parents(path) == 0)
		fd = open(path, flags, 0640);
	return fd;
}

struct log_sink *log_open(const char *path, uint32_t max_line, struct failure *f)
{
	AUTO_FD fd = *path ? open_log_file(path) : -1;
	if (*path && fd < 0) {
		fail_path(f, errno, "open log", path);
		return NULL;
	}
	size_t length = strlen(path) + 1;
	struct log_sink *sink = calloc(1, sizeof *sink + length);
	if (!sink) {
		fail(f, FAIL_MACHINE, ENOMEM, "open log", path);
		return NULL;
	}
	atomic_init(&sink->next_fd, -1);
	atomic_init(&sink->streams, 0);
	atomic_init(&sink->closing, false);
	taps_init(&sink->taps);
	sink->fd = take_fd(&fd);
	sink->max_line = max_line;
	memcpy(sink->path, path, length);
	return sink;
}

int log_read(struct log_sink *sink, enum log_stream stream, int fd, struct failure *f)
{
	struct stream *s = calloc(1, sizeof *s);
	if (!s || (!logger.running && start_thread() < 0)) {
		free(s);
		close(fd);
		return fail(f, FAIL_MACHINE, errno, "start log thread", "");
	}
	s->sink = sink;
	s->fd = fd;
	s->which = stream;
	atomic_fetch_add(&sink->streams, 1);
	pthread_mutex_lock(&logger.lock);
	s->next = logger.streams;
	logger.streams = s;
	pthread_mutex_unlock(&logger.lock);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
	if (epoll_ctl(logger.epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		return fail(f, FAIL_MACHINE, errno, "watch output", "");
	return 0;
}

int log_tap(struct log_sink *sink, enum log_stream stream, int fd, struct failure *f)
{
	return taps_add(&sink->taps, stream, fd, f);
}

int log_reopen(struct log_sink *sink, struct failure *f)
{
	int fd = *sink->path ? open_log_file(sink->path) : -1;
	if (!*sink->path)
		return 0;
	if (fd < 0)
		return fail_path(f, errno, "open log", sink->path);
	int unused = atomic_exchange(&sink->next_fd, fd);
	close_fd(&unused);
	if (logger.running)
		poke(logger.wake);
	return 0;
}

bool log_drained(struct log_sink *sink)
{
	return atomic_load(&sink->streams) == 0;
}

void log_close(struct log_sink *sink)
{
	pthread_mutex_lock(&logger.lock);
	bool idle = atomic_load(&sink->streams) == 0;
	atomic_store(&sink->closing, true);
	pthread_mutex_unlock(&logger.lock);
	if (idle)
		free_sink(sink);
	else
		poke(logger.wake);
}

int log_news(void)
{
	return logger.news;
}
