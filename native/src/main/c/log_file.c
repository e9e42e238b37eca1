#define _GNU_SOURCE
#include "log_file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOG_FLAGS (O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY)
#define LOG_MODE 0640 /* collectors read by their group */

/* A new file gets its mode by itself: the shim's umask keeps everybody else out of all it makes. */
static int open_path(const char *path)
{
	int fd = open(path, LOG_FLAGS);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open(path, LOG_FLAGS | O_CREAT, LOG_MODE);
	if (fd >= 0)
		(void)fchmod(fd, LOG_MODE);
	return fd;
}

/* Makes the directories above a file that are missing: 0 or -1 with errno. */
static int make_parents(const char *file)
{
	char path[PATH_MAX];
	size_t length = strlen(file);
	if (length >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, file, length + 1);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

/* What the daemon asks for, on the main thread. A kubelet makes the directory before; other clients
 * need not, as with other runtimes. A folder that is deleted later is not made again: its pod is
 * perhaps going. */
static int open_asked(const char *path)
{
	int fd = open_path(path);
	if (fd < 0 && errno == ENOENT && make_parents(path) == 0)
		fd = open_path(path);
	return fd;
}

int log_file_open(struct log_file *file, const char *path, bool stalls, struct failure *f)
{
	memset(file, 0, sizeof *file);
	atomic_init(&file->next, -1);
	file->path = path;
	file->stalls = stalls;
	file->fd = *path ? open_asked(path) : -1;
	return *path && file->fd < 0 ? fail_path(f, errno, "open log", path) : 0;
}

int log_file_reopen(struct log_file *file, struct failure *f)
{
	if (!*file->path)
		return 0;
	int fd = open_asked(file->path);
	if (fd < 0)
		return fail_path(f, errno, "open log", file->path);
	int unused = atomic_exchange(&file->next, fd);
	close_fd(&unused);
	return 0;
}

void log_file_switch(struct log_file *file)
{
	int next = atomic_exchange(&file->next, -1);
	if (next < 0)
		return;
	close_fd(&file->fd);
	file->fd = next;
}

/* A file that nobody can find any more is given up for a new one at its path. */
static bool is_there(struct log_file *file)
{
	struct stat st;
	if (fstat(file->fd, &st) < 0 || st.st_nlink > 0)
		return true;
	int fd = open_path(file->path);
	if (fd < 0)
		return false;
	close_fd(&file->fd);
	file->fd = fd;
	return true;
}

/* Takes bytes off the front of the parts, of which there are enough. */
static void skip(struct log_batch *b, size_t bytes)
{
	int i = 0;
	for (; i < b->count && bytes >= b->parts[i].iov_len; i++)
		bytes -= b->parts[i].iov_len;
	b->count -= i;
	memmove(b->parts, b->parts + i, (size_t)b->count * sizeof *b->parts);
	if (bytes > 0) {
		b->parts[0].iov_base = (uint8_t *)b->parts[0].iov_base + bytes;
		b->parts[0].iov_len -= bytes;
	}
}

/* How many of the first done bytes are behind the last end of a line. */
static size_t torn(const struct log_batch *b, size_t done)
{
	size_t since = 0;
	for (int i = 0; i < b->count && done > 0; i++) {
		size_t length = b->parts[i].iov_len < done ? b->parts[i].iov_len : done;
		const uint8_t *start = b->parts[i].iov_base;
		const uint8_t *end = memrchr(start, '\n', length);
		since = end ? length - (size_t)(end + 1 - start) : since + length;
		done -= length;
	}
	return since;
}

static void cut(int fd, size_t bytes)
{
	struct stat st;
	if (fstat(fd, &st) == 0 && st.st_size >= (off_t)bytes)
		(void)!ftruncate(fd, st.st_size - (off_t)bytes);
}

/* Writes what goes in, whole lines only, and takes it off the batch. */
static void write_parts(struct log_file *file, struct log_batch *b)
{
	while (b->count > 0) {
		ssize_t written = writev(file->fd, b->parts, b->count);
		if (written < 0 && errno == EINTR)
			continue;
		size_t done = written < 0 ? 0 : (size_t)written;
		bool all = done == log_batch_bytes(b);
		size_t half = all ? 0 : torn(b, done);
		if (half > 0)
			cut(file->fd, half);
		atomic_fetch_add_explicit(&file->written, done - half, memory_order_relaxed);
		skip(b, done - half);
		/* After a short write the next call says why, unless there is room again. */
		if (done == half)
			return;
	}
}

static void drop(struct log_file *file, const struct log_batch *b)
{
	unsigned long long lines = 0;
	for (int i = 0; i < b->count; i++) {
		const uint8_t *at = b->parts[i].iov_base;
		const uint8_t *end = at + b->parts[i].iov_len;
		for (; (at = memchr(at, '\n', (size_t)(end - at))); at++)
			lines++;
	}
	atomic_fetch_add_explicit(&file->dropped, log_batch_bytes(b), memory_order_relaxed);
	atomic_fetch_add_explicit(&file->dropped_lines, lines, memory_order_relaxed);
}

static bool hold(struct log_file *file, const struct log_batch *b)
{
	size_t needed = file->held_bytes + log_batch_bytes(b);
	if (needed > file->held_room) {
		uint8_t *room = realloc(file->held, needed);
		if (!room)
			return false;
		file->held = room;
		file->held_room = needed;
	}
	for (int i = 0; i < b->count; i++) {
		memcpy(file->held + file->held_bytes, b->parts[i].iov_base, b->parts[i].iov_len);
		file->held_bytes += b->parts[i].iov_len;
	}
	return true;
}

void log_file_write(struct log_file *file, struct log_batch *b)
{
	log_batch_close(b);
	log_file_switch(file);
	if (file->fd >= 0 && b->count > 0) {
		if (!log_file_stalled(file) && is_there(file))
			write_parts(file, b);
		if (b->count > 0 && !(file->stalls && hold(file, b)))
			drop(file, b);
	}
	log_batch_clear(b);
}

bool log_file_retry(struct log_file *file)
{
	struct log_batch held = {.parts = {{file->held, file->held_bytes}}, .count = 1};
	log_file_switch(file);
	if (!log_file_stalled(file))
		return true;
	if (!is_there(file))
		return false;
	write_parts(file, &held);
	file->held_bytes = held.count > 0 ? held.parts[0].iov_len : 0;
	if (file->held_bytes > 0) {
		memmove(file->held, held.parts[0].iov_base, file->held_bytes);
		return false;
	}
	free(file->held);
	file->held = NULL;
	file->held_room = 0;
	return true;
}

void log_file_count(struct log_file *file, struct log_counts *counts)
{
	counts->written = atomic_load(&file->written);
	counts->dropped = atomic_load(&file->dropped);
	counts->dropped_lines = atomic_load(&file->dropped_lines);
}

void log_file_close(struct log_file *file)
{
	log_file_switch(file);
	close_fd(&file->fd);
	free(file->held);
	file->held = NULL;
}
