/* The log's thread: reads streams, turns them into lines, writes these, and sleeps.
 *
 * A stream whose file holds what it cannot take is paused: it is not watched, its pipe fills, and
 * its writer waits; the others go on. Every RETRY_NS the file is tried again. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>

#include "log_stream.h"

#define READ_BYTES (256u << 10)
#define BIG_PIPE (1 << 20)
#define BUSY_READS 32
#define BUSY_GAP_NS 200000u
#define NAP_NS 200000
#define NAP_BELOW (32u << 10)
#define IDLE_MS 1000
#define RETRY_MS 50
#define RETRY_NS (RETRY_MS * 1000000u)
#define NO_MEMORY_NAP_NS 10000000

/* There only while something is being written: an idle pod pays neither for them nor for their page
 * tables. */
static uint8_t *in;
static struct log_batch batch;
static unsigned paused;
static uint64_t tried_at;

#define BUFFER_BYTES (READ_BYTES + BATCH_COPY_BYTES)

static bool have_buffers(void)
{
	if (in)
		return true;
	void *room = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return false;
	in = room;
	batch.copies = in + READ_BYTES;
	return true;
}

static void drop_buffers(void)
{
	munmap(in, BUFFER_BYTES);
	in = NULL;
}

static void nap(long ns)
{
	struct timespec time = {0, ns};
	nanosleep(&time, NULL);
}

static uint64_t monotonic(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Many small writes in a row: a large pipe and a nap let them pile up, so that one read takes
 * hundreds of lines; with a small pipe a nap would only stop the writer. */
static void pace(struct log_stream_state *s, size_t got)
{
	uint64_t now = monotonic();
	s->fast = now - s->last_read < BUSY_GAP_NS ? s->fast + 1 : 0;
	if (s->fast == BUSY_READS && !s->big_pipe)
		s->big_pipe = fcntl(s->fd, F_SETPIPE_SZ, BIG_PIPE) >= BIG_PIPE;
	if (s->fast >= BUSY_READS && s->big_pipe && got < NAP_BELOW) {
		nap(NAP_NS);
		now = monotonic();
	}
	s->last_read = now;
}

static void watch(struct log_stream_state *s)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
	(void)epoll_ctl(logger.epoll, EPOLL_CTL_ADD, s->fd, &event);
}

/* Closing alone does not do: a terminal's master is open elsewhere too, and epoll watches the open
 * file. */
static void unwatch(const struct log_stream_state *s)
{
	(void)epoll_ctl(logger.epoll, EPOLL_CTL_DEL, s->fd, NULL);
}

static void pause_stream(struct log_stream_state *s)
{
	unwatch(s);
	s->paused = true;
	if (paused++ == 0)
		tried_at = monotonic();
}

static void resume(struct log_stream_state *s)
{
	s->paused = false;
	paused--;
	watch(s);
}

static struct log_stream_state *first_stream(void)
{
	pthread_mutex_lock(&logger.lock);
	struct log_stream_state *first = logger.streams;
	pthread_mutex_unlock(&logger.lock);
	return first;
}

static void unlink_stream(struct log_stream_state *gone)
{
	pthread_mutex_lock(&logger.lock);
	struct log_stream_state **at = &logger.streams;
	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	pthread_mutex_unlock(&logger.lock);
}

/* The owner frees a sink without streams; see log_close. */
static void end_stream(struct log_stream_state *s)
{
	struct log_sink *sink = s->sink;
	taps_close(&sink->taps, s->which);
	unlink_stream(s);
	if (s->paused)
		paused--;
	else
		unwatch(s);
	close(s->fd);
	free(s->rest.bytes);
	free(s);
	pthread_mutex_lock(&logger.lock);
	bool last = atomic_fetch_sub(&sink->streams, 1) == 1;
	bool orphan = last && atomic_load(&sink->closing);
	pthread_mutex_unlock(&logger.lock);
	if (orphan)
		log_free_sink(sink);
	else if (last)
		log_poke(logger.news);
}

static void write_batch(struct log_sink *sink)
{
	log_file_write(&sink->file, &batch);
}

/* The end of a stream that lacks its newline. */
static void write_rest(struct log_stream_state *s)
{
	if (s->rest.length == 0 || !have_buffers())
		return;
	log_set_head(s->which == LOG_STDERR);
	log_take_part(&batch, &s->rest, (struct log_piece){in, in});
	write_batch(s->sink);
}

static void write_lines(struct log_stream_state *s, size_t got)
{
	struct log_sink *sink = s->sink;
	struct log_piece piece = {in, in + got};
	log_set_head(s->which == LOG_STDERR);
	while (!log_take_lines(&batch, &s->rest, &piece, sink->max_line))
		write_batch(sink);
	write_batch(sink);
	/* Without memory for the start of a line, what there is of it goes out as a part. */
	if (!log_keep(&s->rest, &piece)) {
		log_take_part(&batch, &s->rest, piece);
		write_batch(sink);
	}
}

static void read_stream(struct log_stream_state *s)
{
	if (log_file_stalled(&s->sink->file)) {
		pause_stream(s);
		return;
	}
	if (!have_buffers()) {
		nap(NO_MEMORY_NAP_NS);
		return;
	}
	ssize_t got = read(s->fd, in, READ_BYTES);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got > 0 && !atomic_load(&s->sink->closing)) {
		taps_write(&s->sink->taps, s->which, in, (size_t)got);
		write_lines(s, (size_t)got);
		pace(s, (size_t)got);
	} else {
		/* A terminal whose last user is gone says EIO. */
		write_rest(s);
		/* What could not be written is tried again, and then the end is met again. */
		if (!log_file_stalled(&s->sink->file) || atomic_load(&s->sink->closing))
			end_stream(s);
	}
}

static void retry_paused(void)
{
	if (paused == 0 || monotonic() - tried_at < RETRY_NS)
		return;
	tried_at = monotonic();
	/* Streams that come meanwhile are put in front. */
	for (struct log_stream_state *s = first_stream(); s; s = s->next)
		if (s->paused && log_file_retry(&s->sink->file))
			resume(s);
}

static void end_closing(void)
{
	struct log_stream_state *next;
	for (struct log_stream_state *s = first_stream(); s; s = next) {
		next = s->next;
		if (atomic_load(&s->sink->closing)) {
			write_rest(s);
			end_stream(s);
		}
	}
}

static void on_wake(void)
{
	uint64_t count;
	(void)!read(logger.wake, &count, sizeof count);
	for (struct log_stream_state *s = first_stream(); s; s = s->next)
		if (!atomic_load(&s->sink->closing))
			log_file_switch(&s->sink->file);
	end_closing();
	tried_at = 0;
}

void *log_run(void *unused)
{
	for (;;) {
		struct epoll_event event;
		int patience = paused > 0 ? RETRY_MS : in ? IDLE_MS : -1;
		int ready = epoll_wait(logger.epoll, &event, 1, patience);
		if (ready == 0 && in)
			drop_buffers();
		if (ready == 1 && event.data.ptr)
			read_stream(event.data.ptr);
		else if (ready == 1)
			on_wake();
		retry_paused();
	}
	return unused;
}
