#include "taps.h"

#include <poll.h>

static void drop(struct taps *taps, unsigned i)
{
	unsigned last = atomic_load(&taps->count) - 1;
	close(taps->all[i].fd);
	taps->all[i] = taps->all[last];
	atomic_store(&taps->count, last);
}

void taps_init(struct taps *taps)
{
	atomic_init(&taps->count, 0);
	pthread_mutex_init(&taps->lock, NULL);
}

/* A silent container's clients come and go without a write that would tell. */
static void drop_gone(struct taps *taps)
{
	for (unsigned i = atomic_load(&taps->count); i-- > 0;) {
		struct pollfd state = {taps->all[i].fd, POLLOUT, 0};
		if (poll(&state, 1, 0) == 1 && (state.revents & POLLERR))
			drop(taps, i);
	}
}

int taps_add(struct taps *taps, int stream, int fd, struct failure *f)
{
	int result = 0;
	pthread_mutex_lock(&taps->lock);
	drop_gone(taps);
	unsigned count = atomic_load(&taps->count);
	if (count == MOST_TAPS) {
		result = fail(f, FAIL_STATE, EBUSY, "attach to container", "too many are attached");
		close(fd);
	} else if (taps->ended[stream]) {
		close(fd);
	} else {
		taps->all[count] = (struct tap){fd, stream};
		atomic_store(&taps->count, count + 1);
	}
	pthread_mutex_unlock(&taps->lock);
	return result;
}

static bool pass(int fd, const uint8_t *bytes, size_t length)
{
	ssize_t written;
	do
		written = write(fd, bytes, length);
	while (written < 0 && errno == EINTR);
	return written == (ssize_t)length;
}

void taps_write(struct taps *taps, int stream, const uint8_t *bytes, size_t length)
{
	if (atomic_load(&taps->count) == 0)
		return;
	pthread_mutex_lock(&taps->lock);
	for (unsigned i = atomic_load(&taps->count); i-- > 0;)
		if (taps->all[i].stream == stream && !pass(taps->all[i].fd, bytes, length))
			drop(taps, i);
	pthread_mutex_unlock(&taps->lock);
}

void taps_close(struct taps *taps, int stream)
{
	pthread_mutex_lock(&taps->lock);
	taps->ended[stream] = true;
	for (unsigned i = atomic_load(&taps->count); i-- > 0;)
		if (taps->all[i].stream == stream)
			drop(taps, i);
	pthread_mutex_unlock(&taps->lock);
}
