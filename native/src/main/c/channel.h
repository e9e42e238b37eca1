/* The line between the shim and the processes it makes: one seqpacket socket pair an operation.
 *
 *   helper ──PID(pid)──►   init ──READY──►   shim ──one byte──► init   init ──(exec closes it)
 *   either ──ERROR(failure)──►, TERMINAL carries the master of a console with it. */
#ifndef BERTH_CHANNEL_H
#define BERTH_CHANNEL_H

#include "base.h"

enum channel_type { CHANNEL_PID = 1, CHANNEL_READY = 2, CHANNEL_ERROR = 3, CHANNEL_TERMINAL = 4 };

struct channel_message {
	uint32_t type;
	int32_t value;
	struct failure failure;
};

int channel_open(int ends[2]);
int channel_send(int fd, enum channel_type type, int value, int passed);
void channel_fail(int fd, const struct failure *f);

/* 1 a message, 0 the other side is gone, -1 nothing yet or an error. *passed is -1 or the caller's
 * to close. */
int channel_receive(int fd, struct channel_message *message, int *passed);

/* Sends bytes with descriptors in one message, and receives them; also used for the daemon. */
ssize_t send_with_fds(int fd, const void *bytes, size_t length, const int *fds, size_t count);
ssize_t receive_with_fds(int fd, void *bytes, size_t room, int *fds, size_t *count);

#endif
