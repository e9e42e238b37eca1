/* Logs as the main thread sees them; what it shares with the log's thread is in log_stream.h. */
#define _GNU_SOURCE
#include "log.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "log_stream.h"

#define STACK_BYTES (16u << 10)

struct logger logger = {.epoll = -1, .wake = -1, .news = -1, .lock = PTHREAD_MUTEX_INITIALIZER};

void log_poke(int fd)
{
	uint64_t one = 1;
	(void)!write(fd, &one, sizeof one);
}

static int open_descriptors(void)
{
	struct epoll_event wake = {.events = EPOLLIN};
	logger.epoll = epoll_create1(EPOLL_CLOEXEC);
	logger.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	logger.news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (logger.epoll < 0 || logger.wake < 0 || logger.news < 0)
		return -1;
	return epoll_ctl(logger.epoll, EPOLL_CTL_ADD, logger.wake, &wake);
}

static int start_thread(void)
{
	pthread_attr_t attr;
	sigset_t all;
	sigset_t before;
	if (open_descriptors() < 0)
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	errno = pthread_create(&logger.thread, &attr, log_run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	logger.running = errno == 0;
	return logger.running ? 0 : -1;
}

struct log_sink *log_open(const char *path, uint32_t max_line, bool stalls, struct failure *f)
{
	size_t length = strlen(path) + 1;
	struct log_sink *sink = calloc(1, sizeof *sink + length);
	if (!sink) {
		fail(f, FAIL_MACHINE, ENOMEM, "open log", path);
		return NULL;
	}
	memcpy(sink->path, path, length);
	if (log_file_open(&sink->file, sink->path, stalls, f) < 0) {
		free(sink);
		return NULL;
	}
	atomic_init(&sink->streams, 0);
	atomic_init(&sink->closing, false);
	taps_init(&sink->taps);
	sink->max_line = max_line;
	return sink;
}

int log_read(struct log_sink *sink, enum log_stream stream, int fd, struct failure *f)
{
	struct log_stream_state *s = calloc(1, sizeof *s);
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
	if (log_file_reopen(&sink->file, f) < 0)
		return -1;
	if (logger.running)
		log_poke(logger.wake);
	return 0;
}

void log_count(struct log_sink *sink, struct log_counts *counts)
{
	log_file_count(&sink->file, counts);
}

bool log_drained(struct log_sink *sink)
{
	return atomic_load(&sink->streams) == 0;
}

void log_free_sink(struct log_sink *sink)
{
	taps_close(&sink->taps, LOG_STDOUT);
	taps_close(&sink->taps, LOG_STDERR);
	log_file_close(&sink->file);
	free(sink);
}

void log_close(struct log_sink *sink)
{
	pthread_mutex_lock(&logger.lock);
	bool idle = atomic_load(&sink->streams) == 0;
	atomic_store(&sink->closing, true);
	pthread_mutex_unlock(&logger.lock);
	if (idle)
		log_free_sink(sink);
	else
		log_poke(logger.wake);
}

int log_news(void)
{
	return logger.news;
}
