/* From bytes to lines of the CRI log, "TIME STREAM TAG CONTENT\n".
 *
 * Lines gather in a batch, which goes into the file by one call. Short ones are copied, one behind
 * the other; long ones stay where they were read and are only pointed at, so a batch is good until
 * the next read. */
#ifndef BERTH_LOG_LINES_H
#define BERTH_LOG_LINES_H

#include <sys/uio.h>

#include "base.h"

/* "2026-01-02T03:04:05.123456789Z stdout F " */
#define LOG_TIME_BYTES 30
#define LOG_HEAD_BYTES (LOG_TIME_BYTES + 1 + 6 + 1 + 1 + 1)

#define BATCH_COPY_BYTES (256u << 10)
#define BATCH_PARTS 64

struct log_batch {
	struct iovec parts[BATCH_PARTS];
	int count;
	uint8_t *copies; /* BATCH_COPY_BYTES */
	size_t used;     /* of copies */
	size_t run;      /* where in copies the bytes begin that are in no part yet */
};

/* The start of a line whose end has not come. */
struct log_rest {
	uint8_t *bytes;
	uint32_t length;
	uint32_t room;
};

struct log_piece {
	const uint8_t *at;
	const uint8_t *end;
};

/* Works out the head of the lines to come: now, of this stream. */
void log_set_head(bool is_stderr);

/* Moves whole lines, and parts as long as the limit, from rest and piece into the batch. False when
 * the batch is full and has to be written before it goes on; true when what is left of the piece is
 * the start of a line. */
bool log_take_lines(struct log_batch *b, struct log_rest *rest, struct log_piece *piece,
		    uint32_t limit);

/* Moves rest and piece into the batch, which is empty, as one part. */
void log_take_part(struct log_batch *b, struct log_rest *rest, struct log_piece piece);

/* Keeps the start of a line; what the batch points at must have been written before. False without
 * memory. */
bool log_keep(struct log_rest *rest, const struct log_piece *piece);

/* Makes parts of all that was copied; the batch is then ready to be written. */
void log_batch_close(struct log_batch *b);

void log_batch_clear(struct log_batch *b);

size_t log_batch_bytes(const struct log_batch *b);

#endif
