#include "base.h"

#include <fcntl.h>
#include <string.h>

void copy_text(char *to, size_t room, const char *from)
{
	size_t length = strnlen(from, room - 1);
	memcpy(to, from, length);
	to[length] = '\0';
}

bool append_text(char *to, size_t room, const char *from)
{
	size_t used = strlen(to);
	size_t length = strlen(from);
	copy_text(to + used, room - used, from);
	return used + length < room;
}

const char *decimal(uint64_t value, char room[21])
{
	char *at = room + 20;
	*at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	return at;
}

int fail(struct failure *f, enum fail_kind kind, int err, const char *step, const char *detail)
{
	f->kind = (uint32_t)kind;
	f->err = err;
	copy_text(f->step, sizeof f->step, step);
	copy_text(f->detail, sizeof f->detail, detail ? detail : "");
	return -1;
}

int fail_path(struct failure *f, int err, const char *step, const char *path)
{
	bool mistake = err == ENOENT || err == ENOTDIR || err == ELOOP || err == EISDIR ||
		       err == ENAMETOOLONG;
	return fail(f, mistake ? FAIL_REQUEST : FAIL_MACHINE, err, step, path);
}

int write_file_at(int dir, const char *name, const char *text)
{
	AUTO_FD fd = openat(dir, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	size_t length = strlen(text);
	ssize_t written = write(fd, text, length);
	if (written < 0)
		return -1;
	if ((size_t)written != length) {
		errno = EIO;
		return -1;
	}
	return 0;
}
