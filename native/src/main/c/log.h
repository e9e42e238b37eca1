/* The CRI log: "TIME STREAM TAG CONTENT\n" a line, written by one thread for the whole shim, so
 * that neither reaping nor the daemon's requests ever wait for a disk.
 *
 *   main thread            log's thread (log_thread.c)
 *   log.c: sinks  ──list──► reads a stream ──► log_lines.c ──► log_file.c ──► file
 *                                     └──────► taps.c ──► clients that are attached
 *
 * A stream's bytes are read in large pieces; every complete line of a piece goes into one batch
 * and that into the file by one write. A line longer than the sink's limit is written in parts
 * tagged P, as is the end of a stream that lacks its newline; every other line is tagged F. */
#ifndef BERTH_LOG_H
#define BERTH_LOG_H

#include "base.h"

struct log_sink;

enum log_stream { LOG_STDOUT = 0, LOG_STDERR = 1 };

/* What became of a log's bytes, heads and ends of lines included. */
struct log_counts {
	uint64_t written;
	uint64_t dropped;
	uint64_t dropped_lines;
};

/* A file to write to, or with an empty path a sink that throws away. A log whose file takes no more
 * stalls, which stops its container's writes, or drops. NULL with failure noted. */
struct log_sink *log_open(const char *path, uint32_t max_line, bool stalls, struct failure *f);

/* Reads this descriptor to its end from now on; it is the log's to close. */
int log_read(struct log_sink *sink, enum log_stream stream, int fd, struct failure *f);

/* Lets fd, the write end of a pipe, have what this stream brings from now on, until it ends or the
 * reader falls behind. It is the log's to close, also on failure. */
int log_tap(struct log_sink *sink, enum log_stream stream, int fd, struct failure *f);

/* Goes on in a new file of the same path. */
int log_reopen(struct log_sink *sink, struct failure *f);

void log_count(struct log_sink *sink, struct log_counts *counts);

/* Whether all streams have ended and everything is in the file. */
bool log_drained(struct log_sink *sink);

/* Gives the sink up; streams that are still open are closed. */
void log_close(struct log_sink *sink);

/* A descriptor that becomes readable when some sink got drained; -1 before the first log_read. */
int log_news(void);

#endif
