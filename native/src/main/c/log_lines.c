#define _GNU_SOURCE
#include "log_lines.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COPY_BELOW 2048u /* from here on pointing is cheaper than copying */
#define LEAST_ROOM 256u
#define LINE_PARTS 6 /* most that one line takes: what came before it, head, rest, content, end */

static char head[LOG_HEAD_BYTES + 1] = "0000-00-00T00:00:00.000000000Z stdout F ";

static void digits(char *to, unsigned value, int count)
{
	while (count-- > 0) {
		to[count] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* The calendar is worked out once a second. */
void log_set_head(bool is_stderr)
{
	static time_t second = -1;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec != second) {
		struct tm tm;
		second = now.tv_sec;
		gmtime_r(&second, &tm);
		digits(head, (unsigned)tm.tm_year + 1900u, 4);
		digits(head + 5, (unsigned)tm.tm_mon + 1u, 2);
		digits(head + 8, (unsigned)tm.tm_mday, 2);
		digits(head + 11, (unsigned)tm.tm_hour, 2);
		digits(head + 14, (unsigned)tm.tm_min, 2);
		digits(head + 17, (unsigned)tm.tm_sec, 2);
	}
	digits(head + 20, (unsigned)now.tv_nsec, 9);
	memcpy(head + LOG_TIME_BYTES + 1, is_stderr ? "stderr" : "stdout", 6);
}

/* memchr by 64 bytes at a time: the C library's small one looks at 8. */
static const uint8_t *find_newline(const uint8_t *at, size_t length)
{
	typedef uint8_t block __attribute__((vector_size(16), aligned(1), may_alias));
	for (; length >= 64; at += 64, length -= 64) {
		const block *four = (const block *)at;
		block found = (block)((four[0] == '\n') | (four[1] == '\n') | (four[2] == '\n') |
				      (four[3] == '\n'));
		uint64_t halves[2];
		memcpy(halves, &found, sizeof halves);
		if (halves[0] | halves[1])
			break;
	}
	return memchr(at, '\n', length);
}

static void add_part(struct log_batch *b, const uint8_t *bytes, size_t length)
{
	if (length > 0)
		b->parts[b->count++] = (struct iovec){(void *)bytes, length};
}

static void close_run(struct log_batch *b)
{
	add_part(b, b->copies + b->run, b->used - b->run);
	b->run = b->used;
}

static void add(struct log_batch *b, const void *bytes, size_t length)
{
	if (length < COPY_BELOW) {
		memcpy(b->copies + b->used, bytes, length);
		b->used += length;
	} else {
		close_run(b);
		add_part(b, bytes, length);
	}
}

static bool has_room(const struct log_batch *b)
{
	return b->count + LINE_PARTS <= BATCH_PARTS &&
	       b->used + LOG_HEAD_BYTES + 2u * COPY_BELOW + 1 <= BATCH_COPY_BYTES;
}

/* There is room. */
static void add_line(struct log_batch *b, struct log_rest *rest, const uint8_t *content,
		     size_t length, char tag)
{
	head[LOG_HEAD_BYTES - 2] = tag;
	add(b, head, LOG_HEAD_BYTES);
	if (rest->length > 0)
		add(b, rest->bytes, rest->length);
	rest->length = 0;
	add(b, content, length);
	b->copies[b->used++] = '\n';
}

bool log_take_lines(struct log_batch *b, struct log_rest *rest, struct log_piece *piece,
		    uint32_t limit)
{
	while (piece->at < piece->end) {
		size_t left = (size_t)(piece->end - piece->at);
		size_t room = limit - rest->length;
		const uint8_t *newline = find_newline(piece->at, left <= room ? left : room + 1);
		if (!newline && left <= room)
			return true;
		if (!has_room(b))
			return false;
		size_t length = newline ? (size_t)(newline - piece->at) : room;
		add_line(b, rest, piece->at, length, newline ? 'F' : 'P');
		piece->at += length + (newline != NULL);
	}
	return true;
}

void log_take_part(struct log_batch *b, struct log_rest *rest, struct log_piece piece)
{
	add_line(b, rest, piece.at, (size_t)(piece.end - piece.at), 'P');
}

static void forget(struct log_rest *rest)
{
	free(rest->bytes);
	*rest = (struct log_rest){NULL, 0, 0};
}

bool log_keep(struct log_rest *rest, const struct log_piece *piece)
{
	uint32_t length = (uint32_t)(piece->end - piece->at);
	uint32_t needed = rest->length + length;
	if (needed == 0) {
		forget(rest);
		return true;
	}
	if (needed > rest->room) {
		uint32_t room = rest->room ? rest->room : LEAST_ROOM;
		while (room < needed)
			room *= 2;
		uint8_t *bytes = realloc(rest->bytes, room);
		if (!bytes)
			return false;
		rest->bytes = bytes;
		rest->room = room;
	}
	if (length > 0)
		memcpy(rest->bytes + rest->length, piece->at, length);
	rest->length = needed;
	return true;
}

void log_batch_close(struct log_batch *b)
{
	close_run(b);
}

void log_batch_clear(struct log_batch *b)
{
	b->count = 0;
	b->used = b->run = 0;
}

size_t log_batch_bytes(const struct log_batch *b)
{
	size_t sum = 0;
	for (int i = 0; i < b->count; i++)
		sum += b->parts[i].iov_len;
	return sum;
}
