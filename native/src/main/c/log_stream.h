/* What the main thread and the log's thread share: sinks, their streams, and the list of these. */
#ifndef BERTH_LOG_STREAM_H
#define BERTH_LOG_STREAM_H

#include <pthread.h>
#include <stdatomic.h>

#include "log.h"
#include "log_file.h"
#include "log_lines.h"
#include "taps.h"

struct log_sink {
	atomic_int streams;  /* still open */
	atomic_bool closing; /* the owner gave it up */
	struct log_file file;
	struct taps taps;
	uint32_t max_line;
	char path[];
};

/* Of the log's thread, once it is in the list. */
struct log_stream_state {
	struct log_stream_state *next;
	struct log_sink *sink;
	int fd;
	enum log_stream which;
	bool paused; /* not watched, because the file holds what it cannot take */
	bool big_pipe;
	uint32_t fast;      /* reads in a row without a pause between them */
	uint64_t last_read; /* monotonic ns */
	struct log_rest rest;
};

/* The lock guards the list only; it is never held during a read or write. The main thread puts
 * streams in front, the log's thread alone takes them out. */
struct logger {
	pthread_t thread;
	bool running;
	int epoll;
	int wake; /* to the thread */
	int news; /* from the thread */
	pthread_mutex_t lock;
	struct log_stream_state *streams;
};

extern struct logger logger;

void log_poke(int fd);

/* Frees a sink that has no streams. */
void log_free_sink(struct log_sink *sink);

/* The thread's body, see log_thread.c. */
void *log_run(void *unused);

#endif
