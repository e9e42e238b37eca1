/* Those who watch a container's output beside its log: attached clients, each behind a pipe.
 *
 * The log's thread writes, the main thread adds. A tap whose pipe is full or whose reader is gone
 * is closed: the log never waits for a client, and what a client sees has no hole in it. */
#ifndef BERTH_TAPS_H
#define BERTH_TAPS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base.h"

#define MOST_TAPS 64

struct tap {
	int fd;
	int stream;
};

struct taps {
	atomic_uint count;
	pthread_mutex_t lock; /* guards all; held for writes that never block */
	bool ended[2];
	struct tap all[MOST_TAPS];
};

void taps_init(struct taps *taps);

/* fd is the write end of a pipe and not blocking; it is the taps' to close, also on failure. */
int taps_add(struct taps *taps, int stream, int fd, struct failure *f);

void taps_write(struct taps *taps, int stream, const uint8_t *bytes, size_t length);

/* The stream has ended: so do its taps, and later ones at once. */
void taps_close(struct taps *taps, int stream);

#endif
