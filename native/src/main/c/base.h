/* Small things every file needs: owned descriptors, and the one way to report a failure. */
#ifndef BERTH_BASE_H
#define BERTH_BASE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

static inline void close_fd(int *fd)
{
	if (*fd >= 0) {
		int saved = errno;
		close(*fd);
		errno = saved;
	}
	*fd = -1;
}

/* A descriptor that closes itself at the end of its block; -1 owns nothing. */
#define AUTO_FD __attribute__((cleanup(close_fd))) int

static inline int take_fd(int *fd)
{
	int number = *fd;
	*fd = -1;
	return number;
}

/* Whose fault a failure is; the numbers travel to the daemon. */
enum fail_kind {
	FAIL_REQUEST = 1,   /* the plan asks for what cannot be */
	FAIL_MACHINE = 2,   /* the machine refused */
	FAIL_NOT_FOUND = 3, /* no such container or exec session */
	FAIL_STATE = 4,     /* it is in another state, or was killed meanwhile */
};

#define STEP_BYTES 40
#define DETAIL_BYTES 464

/* Also travels as it is from init to the shim; both are the same binary. */
struct failure {
	uint32_t kind;
	int32_t err;
	char step[STEP_BYTES];
	char detail[DETAIL_BYTES];
};

/* Notes what was attempted, on what, and why it failed. Returns -1, so that `return fail(...)`. */
int fail(struct failure *f, enum fail_kind kind, int err, const char *step, const char *detail);

/* The same for an errno of a call on a path that a plan named: the caller's mistake when the path
 * is not there or not what it should be, otherwise the machine's. */
int fail_path(struct failure *f, int err, const char *step, const char *path);

/* Copies as much as fits and ends it with NUL. */
void copy_text(char *to, size_t room, const char *from);

/* Appends to text that is already in a buffer; false when it did not fit. */
bool append_text(char *to, size_t room, const char *from);

/* Writes a non-negative number in decimal; room must be 21 bytes. Returns the text's start. */
const char *decimal(uint64_t value, char room[21]);

/* Writes the whole text into a file at once, as kernel files want it. 0 or -1 with errno. */
int write_file_at(int dir, const char *name, const char *text);

#endif
