/* berth-shim: one a pod. Keeps the pod's namespaces, is parent of everything that runs in it,
 * writes its logs, and serves the daemon on a socket. Survives the daemon once it has a pod.
 *
 *   berth-shim --pod ID --socket PATH [--connection FD] [--cgroup DIR]...
 *   berth-shim --run ...          one outside program instead, see outside.h
 *
 * It answers on the socket before the process that was started exits with 0, and tells on stderr
 * why when it cannot. A connection that it was given is served like one to the socket. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "cgroups.h"
#include "kernel.h"
#include "outside.h"
#include "shim.h"

#define MOST_CGROUPS 16
#define BACKLOG 8

struct shim shim = {
	.net_ns = -1,
	.ipc_ns = -1,
	.uts_ns = -1,
	.user_ns = -1,
	.shm = -1,
	.reaper_fd = -1,
};

#ifdef SANITIZED
/* The shim has no stderr and no environment; what the sanitizers find goes into files. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
	return "log_path=/tmp/berth-shim-asan:detect_leaks=0:max_malloc_fill_size=4096";
}

const char *__ubsan_default_options(void)
{
	return "log_path=/tmp/berth-shim-ubsan:print_stacktrace=1";
}
#endif

static const char *cgroup_room[MOST_CGROUPS + 1];
static struct text_list cgroups = {0, cgroup_room};

/* Of the one number that a connection may have, the first after stdio; -1 for none. */
#define CONNECTION 3
static int connection = -1;

static bool parse(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];
		if (strcmp(argv[i], "--pod") == 0)
			shim.pod = value;
		else if (strcmp(argv[i], "--socket") == 0)
			shim.socket_path = value;
		else if (strcmp(argv[i], "--connection") == 0 && strcmp(value, "3") == 0)
			connection = CONNECTION;
		else if (strcmp(argv[i], "--cgroup") == 0 && cgroups.count < MOST_CGROUPS)
			cgroup_room[cgroups.count++] = value;
		else
			return false;
	}
	return argc % 2 == 1 && shim.pod && shim.socket_path && shim.socket_path[0] == '/' &&
	       strlen(shim.pod) < 256;
}

/* A path of any length: its folder by descriptor, so that only the name must fit. */
static int bind_path(int fd, const char *path, struct failure *f)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char folder[4096];
	char room[21];
	const char *name = strrchr(path, '/') + 1;
	size_t length = (size_t)(name - path);
	if (length >= sizeof folder)
		return fail_path(f, ENAMETOOLONG, "bind socket", path);
	memcpy(folder, path, length);
	folder[length] = '\0';
	AUTO_FD dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return fail_path(f, errno, "open socket folder", folder);
	copy_text(address.sun_path, sizeof address.sun_path, "/proc/self/fd/");
	append_text(address.sun_path, sizeof address.sun_path, decimal((uint64_t)dir, room));
	if (!append_text(address.sun_path, sizeof address.sun_path, "/") ||
	    !append_text(address.sun_path, sizeof address.sun_path, name))
		return fail_path(f, ENAMETOOLONG, "bind socket", path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
		return fail(f, FAIL_MACHINE, errno, "bind socket", path);
	return 0;
}

static int open_listener(struct failure *f)
{
	AUTO_FD fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(f, FAIL_MACHINE, errno, "make socket", "");
	mode_t before = umask(0177);
	int bound = bind_path(fd, shim.socket_path, f);
	umask(before);
	if (bound < 0)
		return -1;
	if (listen(fd, BACKLOG) < 0)
		return fail(f, FAIL_MACHINE, errno, "listen", shim.socket_path);
	return take_fd(&fd);
}

static int complain(const struct failure *f)
{
	dprintf(STDERR_FILENO, "%s %s: %s\n", f->step, f->detail, strerror(f->err));
	return 1;
}

/* In a process between the one that was started and the shim, which is in the unified cgroup from
 * its first moment. The shim is its child and not itself, since what it was made by is no fork(3)
 * and the shim starts a thread. */
static void leave_shim_behind(void)
{
	pid_t pid = fork();
	if (pid != 0)
		_exit(pid < 0 ? errno : 0);
}

static int await_between(pid_t between, struct failure *f)
{
	int status = 0;
	while (waitpid(between, &status, 0) < 0)
		if (errno != EINTR)
			return fail(f, FAIL_MACHINE, errno, "wait for fork", "");
	if (status == 0)
		return 0;
	return fail(f, FAIL_MACHINE, WIFEXITED(status) ? WEXITSTATUS(status) : EINTR, "fork", "");
}

/* Returns in the shim, whose starter is gone: nobody's child but the machine's. */
static int become_orphan(struct failure *f)
{
	pid_t between = clone_placed(&cgroups);
	if (between == 0) {
		leave_shim_behind();
		return 0;
	}
	if (between > 0) {
		if (await_between(between, f) < 0)
			return -1;
		_exit(0);
	}
	if (join_cgroups(&cgroups, false, f) < 0)
		return -1;
	pid_t pid = fork();
	if (pid > 0)
		_exit(0);
	return pid < 0 ? fail(f, FAIL_MACHINE, errno, "fork", "") : 0;
}

static int daemonize(struct failure *f)
{
	if (become_orphan(f) < 0)
		return -1;
	(void)setsid();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
	close_fd(&null);
	/* Until it executes something, every process of ours is this binary: hide it. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "prctl", "");
	(void)prctl(PR_SET_NAME, "berth-shim", 0, 0, 0);
	/* May need a privilege that is not there; then the machine's choice stands. */
	(void)write_file_at(AT_FDCWD, "/proc/self/oom_score_adj", "-999");
	return 0;
}

int main(int argc, char **argv)
{
	struct failure f;
	if (argc > 1 && strcmp(argv[1], "--run") == 0)
		return run_outside(argc, argv);
	if (!parse(argc, argv)) {
		dprintf(STDERR_FILENO, "berth-shim --pod ID --socket PATH [--connection 3] [--cgroup DIR]...\n");
		return 2;
	}
	umask(077);
	(void)sys_close_range(connection < 0 ? CONNECTION : CONNECTION + 1, 0);
	if (chdir("/") < 0 || join_cgroups(&cgroups, true, &f) < 0)
		return complain(&f);
	int listener = open_listener(&f);
	if (listener < 0 || daemonize(&f) < 0)
		return complain(&f);
	int status = serve(listener, connection);
	drop_pod();
	return status;
}
