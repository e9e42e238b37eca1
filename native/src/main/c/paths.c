#define _GNU_SOURCE
#include "paths.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel.h"

#define PATH_NO_SYMLINKS 0x04u
#define RACE_ROUNDS 64

static int open_retrying(int root, const char *path, int flags, uint64_t resolve)
{
	/* EAGAIN: somebody renames directories while ".." is walked. */
	for (int round = 0;; round++) {
		int fd = sys_openat2(root, path, (uint64_t)flags, resolve);
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || round == RACE_ROUNDS)
			return fd;
	}
}

int root_open(int root, const char *path, int flags)
{
	return open_retrying(root, path, flags, PATH_IN_ROOT | PATH_NO_MAGICLINKS);
}

int root_open_nolink(int root, const char *path, int flags)
{
	return open_retrying(root, path, flags, PATH_IN_ROOT | PATH_NO_SYMLINKS);
}

static int make_directory(int root, const char *path, struct failure *f);

/* Splits at the last slash; trailing slashes do not count. */
static int split(const char *path, char parent[PATH_MAX], const char **name, struct failure *f)
{
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (length >= PATH_MAX)
		return fail_path(f, ENAMETOOLONG, "resolve in root", path);
	memcpy(parent, path, length);
	parent[length] = '\0';
	char *slash = strrchr(parent, '/');
	*name = path + (slash ? slash - parent + 1 : 0);
	if (slash)
		slash[slash == parent ? 1 : 0] = '\0';
	else
		copy_text(parent, 2, "/");
	if (length == 1 || **name == '\0')
		return fail_path(f, EISDIR, "resolve in root", path);
	return 0;
}

static void plain_name(const char *name, char room[NAME_MAX + 1])
{
	size_t length = strcspn(name, "/");
	size_t kept = length > NAME_MAX ? NAME_MAX : length;
	memcpy(room, name, kept);
	room[kept] = '\0';
}

int root_parent(int root, const char *path, const char **name, struct failure *f)
{
	char parent[PATH_MAX];
	if (split(path, parent, name, f) < 0)
		return -1;
	return make_directory(root, parent, f);
}

static int make_directory(int root, const char *path, struct failure *f)
{
	int fd = root_open(root, path, O_PATH | O_DIRECTORY);
	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return fail_path(f, errno, "resolve in root", path);
	const char *name;
	AUTO_FD parent = root_parent(root, path, &name, f);
	if (parent < 0)
		return -1;
	char plain[NAME_MAX + 1];
	plain_name(name, plain);
	if (mkdirat(parent, plain, 0755) < 0 && errno != EEXIST)
		return fail_path(f, errno, "make directory in root", path);
	fd = root_open(root, path, O_PATH | O_DIRECTORY);
	/* Still missing after EEXIST: a link to nowhere, which is not followed into being. */
	return fd >= 0 ? fd : fail_path(f, errno, "resolve in root", path);
}

static int make_file(int root, const char *path, struct failure *f)
{
	const char *name;
	AUTO_FD parent = root_parent(root, path, &name, f);
	if (parent < 0)
		return -1;
	char plain[NAME_MAX + 1];
	plain_name(name, plain);
	AUTO_FD made = openat(parent, plain, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (made < 0 && errno != EEXIST)
		return fail_path(f, errno, "make file in root", path);
	int fd = root_open(root, path, O_PATH);
	return fd >= 0 ? fd : fail_path(f, errno, "resolve in root", path);
}

int root_make(int root, const char *path, bool directory, struct failure *f)
{
	if (directory)
		return make_directory(root, path, f);
	AUTO_FD fd = root_open(root, path, O_PATH);
	if (fd < 0)
		return errno == ENOENT ? make_file(root, path, f)
				       : fail_path(f, errno, "resolve in root", path);
	struct stat st;
	if (fstat(fd, &st) < 0)
		return fail_path(f, errno, "stat in root", path);
	if (S_ISDIR(st.st_mode))
		return fail_path(f, EISDIR, "mount a file over", path);
	return take_fd(&fd);
}
