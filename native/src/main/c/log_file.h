/* A log's file, and what happens when it takes no more.
 *
 * Only whole lines stay in it: of a write that went in half, the torn line is cut off again. What
 * did not go in is dropped and counted, or held until it goes in; while something is held, the
 * streams of this log are not read, so their writers wait. A file that was deleted, or whose folder
 * was, counts as one that takes no more, until one can be opened again at its path. */
#ifndef BERTH_LOG_FILE_H
#define BERTH_LOG_FILE_H

#include <stdatomic.h>

#include "base.h"
#include "log.h"
#include "log_lines.h"

struct log_file {
	int fd;         /* the log thread's once streams are read */
	atomic_int next; /* opened by the main thread, to go on with; or -1 */
	bool stalls;    /* hold instead of drop */
	uint8_t *held;
	size_t held_bytes;
	size_t held_room;
	atomic_ullong written;
	atomic_ullong dropped;
	atomic_ullong dropped_lines;
	const char *path; /* empty: all is thrown away, and not counted */
};

/* 0 or -1 with failure noted; the path stays the caller's. */
int log_file_open(struct log_file *file, const char *path, bool stalls, struct failure *f);

/* The main thread's: opens the path anew, for log_file_switch to take. */
int log_file_reopen(struct log_file *file, struct failure *f);

/* Goes on with the file that was opened last. */
void log_file_switch(struct log_file *file);

/* Writes, holds or drops all of the batch, and clears it. */
void log_file_write(struct log_file *file, struct log_batch *b);

/* Tries to write what is held; whether nothing is held any more. */
bool log_file_retry(struct log_file *file);

static inline bool log_file_stalled(const struct log_file *file)
{
	return file->held_bytes > 0;
}

void log_file_count(struct log_file *file, struct log_counts *counts);

void log_file_close(struct log_file *file);

#endif
