/* Prints what a process finds around itself as one JSON object, without a shell and without /dev:
 * namespaces, mounts, credentials, limits, descriptors, device nodes. Arguments are attempts, each
 * answered under "tries" with what was read, "ok", or the name of the error:
 *
 *   read:PATH   write:PATH=TEXT   open:PATH   list:PATH   chmod:PATH   mknod:PATH=c:1:3   mount:PATH
 *   socket:FAMILY   socketcall:FAMILY   unshare:FLAGS   keyctl:   getcwd:
 *   scan:PATH    looks through every process for this path of the machine, until SIGTERM
 *
 * With the one argument "sleep" it waits to be killed. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

extern char **environ;

static const char *separator = "";

static void text(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void key(const char *name)
{
	fputs(separator, stdout);
	text(name);
	putchar(':');
	separator = ",";
}

static void open_with(const char *name, char bracket)
{
	key(name);
	putchar(bracket);
	separator = "";
}

static void close_with(char bracket)
{
	putchar(bracket);
	separator = ",";
}

static void item(const char *s)
{
	fputs(separator, stdout);
	text(s);
	separator = ",";
}

static void pair(const char *name, const char *value)
{
	key(name);
	text(value);
}

static void number(const char *name, unsigned long long value)
{
	key(name);
	printf("%llu", value);
}

static char *content(const char *path, char *room, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;
	if (fd < 0)
		return NULL;
	while (length < size - 1 && (got = read(fd, room + length, size - 1 - length)) > 0)
		length += (size_t)got;
	close(fd);
	room[length] = '\0';
	return room;
}

static void links(const char *name, const char *dir)
{
	char path[600];
	char target[512];
	DIR *list = opendir(dir);
	struct dirent *entry;
	open_with(name, '{');
	while (list && (entry = readdir(list))) {
		if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(list))
			if (entry->d_name[0] == '.' || strcmp(name, "descriptors") == 0)
				continue;
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		ssize_t length = readlink(path, target, sizeof target - 1);
		target[length < 0 ? 0 : length] = '\0';
		pair(entry->d_name, target);
	}
	if (list)
		closedir(list);
	close_with('}');
}

static void status(void)
{
	static const char *const keys[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
					   "NoNewPrivs", "Seccomp", "NSpid"};
	char room[8192];
	char *all = content("/proc/self/status", room, sizeof room);
	open_with("status", '{');
	for (size_t i = 0; all && i < sizeof keys / sizeof *keys; i++) {
		char wanted[32];
		snprintf(wanted, sizeof wanted, "\n%s:\t", keys[i]);
		char *at = strstr(all, wanted);
		if (!at)
			continue;
		at += strlen(wanted);
		char *end = strchr(at, '\n');
		*end = '\0';
		pair(keys[i], at);
		*end = '\n';
	}
	close_with('}');
}

static void credentials(void)
{
	gid_t groups[1024];
	uid_t r, e, s;
	gid_t gr, ge, gs;
	int count = getgroups(1024, groups);
	getresuid(&r, &e, &s);
	getresgid(&gr, &ge, &gs);
	number("uid", r == e && e == s ? r : 4294967295u);
	number("gid", gr == ge && ge == gs ? gr : 4294967295u);
	open_with("groups", '[');
	for (int i = 0; i < count; i++) {
		printf("%s%u", separator, groups[i]);
		separator = ",";
	}
	close_with(']');
}

/* Mount point, its options, propagation, file system and its options. */
static void mounts(void)
{
	FILE *in = fopen("/proc/self/mountinfo", "re");
	char line[8192];
	open_with("mounts", '[');
	while (in && fgets(line, sizeof line, in)) {
		char *save;
		char *field[6];
		line[strcspn(line, "\n")] = '\0';
		char *rest = strstr(line, " - ");
		if (!rest)
			continue;
		*rest = '\0';
		field[0] = strtok_r(line, " ", &save);
		for (int i = 1; i < 6; i++)
			field[i] = strtok_r(NULL, " ", &save);
		fputs(separator, stdout);
		separator = "";
		putchar('{');
		pair("root", field[3]);
		pair("target", field[4]);
		pair("options", field[5]);
		char *spread = strtok_r(NULL, "", &save);
		pair("propagation", spread ? spread : "");
		pair("type", strtok_r(rest + 3, " ", &save));
		(void)strtok_r(NULL, " ", &save);
		char *super = strtok_r(NULL, "", &save);
		pair("super", super ? super : "");
		close_with('}');
	}
	if (in)
		fclose(in);
	close_with(']');
}

static void limits(void)
{
	open_with("limits", '{');
	for (int i = 0; i < 16; i++) {
		struct rlimit limit;
		char name[8];
		char value[64];
		if (getrlimit(i, &limit) < 0)
			continue;
		snprintf(name, sizeof name, "%d", i);
		snprintf(value, sizeof value, "%lld:%lld", (long long)limit.rlim_cur,
			 (long long)limit.rlim_max);
		pair(name, value);
	}
	close_with('}');
}

static void devices(const char *dir, int depth)
{
	DIR *list = opendir(dir);
	struct dirent *entry;
	while (list && (entry = readdir(list))) {
		char path[512];
		char value[96];
		struct stat st;
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		if (lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < 2 && strcmp(path, "/dev/shm") != 0)
			devices(path, depth + 1);
		if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
			continue;
		snprintf(value, sizeof value, "%c %u:%u %03o %u:%u", S_ISCHR(st.st_mode) ? 'c' : 'b',
			 major(st.st_rdev), minor(st.st_rdev), st.st_mode & 0777u, st.st_uid, st.st_gid);
		pair(path, value);
	}
	if (list)
		closedir(list);
}

static const char *named(long result)
{
	return result < 0 ? strerrorname_np(errno) : "ok";
}

static const char *list_of(const char *path, char *room, size_t size)
{
	DIR *list = opendir(path);
	struct dirent *entry;
	if (!list)
		return strerrorname_np(errno);
	room[0] = '\0';
	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.' && strlen(room) + strlen(entry->d_name) + 2 < size) {
			strcat(room, entry->d_name);
			strcat(room, " ");
		}
	closedir(list);
	return room;
}

static const char *write_to(char *argument)
{
	char *value = strchr(argument, '=');
	if (!value)
		return "no value";
	*value++ = '\0';
	int fd = open(argument, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fd = open(argument, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	const char *result = fd < 0 ? strerrorname_np(errno) : named(write(fd, value, strlen(value)));
	if (fd >= 0)
		close(fd);
	return result;
}

static const char *make_node(char *argument)
{
	char type;
	unsigned first, second;
	char *value = strchr(argument, '=');
	if (!value || sscanf(value + 1, "%c:%u:%u", &type, &first, &second) != 3)
		return "no value";
	*value = '\0';
	return named(mknod(argument, (type == 'b' ? S_IFBLK : S_IFCHR) | 0666, makedev(first, second)));
}

/* The old way to the same call on machines that still run 32-bit programs. */
static const char *old_socket(int family)
{
#ifdef __x86_64__
	unsigned args[3] = {(unsigned)family, SOCK_SEQPACKET, 0};
	static unsigned low[3];
	long result;
	memcpy(low, args, sizeof args);
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(102), "b"(1), "c"(low) : "memory");
	errno = (int)-result;
	return named(result < 0 ? -1 : result);
#else
	(void)family;
	return "EAFNOSUPPORT";
#endif
}

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* What a process of the container may show: its own files, and the pipes of its output. */
static bool harmless(const char *target)
{
	static const char *const known[] = {"/prober", "/bin/", "/dev/", "/proc/", "pipe:[", "socket:["};
	if (strcmp(target, "/") == 0)
		return true;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strncmp(target, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

static bool betrays(const char *pid, const char *machine, char *found, size_t size)
{
	static const char *const ways[] = {"root", "cwd"};
	char path[1200];
	char target[512];
	struct stat st;
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "/proc/%s/%s%s", pid, ways[i], machine);
		if (stat(path, &st) == 0) {
			snprintf(found, size, "%s", path);
			return true;
		}
	}
	for (int fd = 3; fd < 20; fd++) {
		snprintf(path, sizeof path, "/proc/%s/fd/%d", pid, fd);
		ssize_t length = readlink(path, target, sizeof target - 1);
		if (length <= 0)
			continue;
		target[length] = '\0';
		if (!harmless(target) || (snprintf(path, sizeof path, "/proc/%s/fd/%d%s", pid, fd, machine) > 0 &&
					  stat(path, &st) == 0)) {
			snprintf(found, size, "descriptor %d of %s: %s", fd, pid, target);
			return true;
		}
	}
	/* The binary of a process of the runtime's, opened for writing (CVE-2019-5736). */
	snprintf(path, sizeof path, "/proc/%s/exe", pid);
	ssize_t length = readlink(path, target, sizeof target - 1);
	if (length > 0 && (target[length] = '\0', !harmless(target)) &&
	    open(path, O_WRONLY | O_CLOEXEC) >= 0) {
		snprintf(found, size, "can write %s", target);
		return true;
	}
	return false;
}

static const char *scan(const char *machine, char *room, size_t size)
{
	static char seen[65536];
	unsigned processes = 0;
	signal(SIGTERM, stop);
	while (!stopped) {
		DIR *list = opendir("/proc");
		struct dirent *entry;
		while (list && (entry = readdir(list))) {
			int pid = atoi(entry->d_name);
			if (pid <= 0 || pid == getpid())
				continue;
			if (pid < (int)sizeof seen && !seen[pid]) {
				seen[pid] = 1;
				processes++;
			}
			if (betrays(entry->d_name, machine, room, size)) {
				closedir(list);
				return room;
			}
		}
		if (list)
			closedir(list);
	}
	snprintf(room, size, "nothing in %u processes", processes);
	return room;
}

static const char *attempt(const char *verb, char *argument, char *room, size_t size)
{
	if (strcmp(verb, "read") == 0)
		return content(argument, room, size) ? room : strerrorname_np(errno);
	if (strcmp(verb, "list") == 0)
		return list_of(argument, room, size);
	if (strcmp(verb, "write") == 0)
		return write_to(argument);
	if (strcmp(verb, "open") == 0)
		return named(open(argument, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
	if (strcmp(verb, "chmod") == 0)
		return named(chmod(argument, 0600));
	if (strcmp(verb, "mknod") == 0)
		return make_node(argument);
	if (strcmp(verb, "mount") == 0)
		return named(mount("none", argument, "tmpfs", 0, ""));
	if (strcmp(verb, "socket") == 0)
		return named(socket(atoi(argument), SOCK_SEQPACKET, 0));
	if (strcmp(verb, "socketcall") == 0)
		return old_socket(atoi(argument));
	if (strcmp(verb, "unshare") == 0)
		return named(unshare(atoi(argument)));
	if (strcmp(verb, "keyctl") == 0)
		return named(syscall(SYS_keyctl, 0, -3, 0));
	if (strcmp(verb, "scan") == 0)
		return scan(argument, room, size);
	if (strcmp(verb, "getcwd") == 0)
		return getcwd(room, size) ? room : strerrorname_np(errno);
	return "no such attempt";
}

static void tries(int argc, char **argv)
{
	static char room[8192];
	open_with("tries", '{');
	for (int i = 1; i < argc; i++) {
		char name[512];
		snprintf(name, sizeof name, "%s", argv[i]);
		char *argument = strchr(argv[i], ':');
		if (!argument)
			continue;
		*argument++ = '\0';
		pair(name, attempt(argv[i], argument, room, sizeof room));
	}
	close_with('}');
}

static void file(const char *name, const char *path)
{
	char room[4096];
	char *read = content(path, room, sizeof room);
	pair(name, read ? read : strerrorname_np(errno));
}

int main(int argc, char **argv)
{
	struct utsname names;
	if (argc == 2 && strcmp(argv[1], "sleep") == 0)
		for (;;)
			pause();
	putchar('{');
	number("pid", (unsigned long long)getpid());
	uname(&names);
	pair("hostname", names.nodename);
	links("namespaces", "/proc/self/ns");
	links("descriptors", "/proc/self/fd");
	status();
	credentials();
	file("uid_map", "/proc/self/uid_map");
	file("gid_map", "/proc/self/gid_map");
	file("cgroup", "/proc/self/cgroup");
	file("oom_score_adj", "/proc/self/oom_score_adj");
	mounts();
	limits();
	open_with("devices", '{');
	devices("/dev", 0);
	close_with('}');
	open_with("env", '[');
	for (char **e = environ; *e; e++)
		item(*e);
	close_with(']');
	tries(argc, argv);
	puts("}");
	return 0;
}
