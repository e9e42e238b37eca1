#define _GNU_SOURCE
#include "foreign.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "cgroups.h"
#include "channel.h"
#include "kernel.h"
#include "mounts.h"
#include "program.h"

#define DEADLINE_MS 25000 /* less than the daemon waits for an answer of ours */
#define NAME_ROOM 160
#define DEEPEST_MOUNT 256

static _Noreturn void give_up(const struct failure *f)
{
	channel_fail(SLOT_CHANNEL, f);
	_exit(1);
}

static const char *file_of(char room[NAME_ROOM], const char *name, const char *suffix)
{
	copy_text(room, NAME_ROOM, name);
	append_text(room, NAME_ROOM, suffix);
	return room;
}

/* What is mounted in the bundle must not show on the machine. Only the mount that holds the bundle
 * is cut off: volumes of other file systems still spread both ways, if they are asked to. */
static int stop_spreading(struct failure *f)
{
	struct attr_change slave = {.propagation = MS_SLAVE};
	AUTO_FD dir = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (int depth = 0; dir >= 0 && depth < DEEPEST_MOUNT; depth++) {
		if (sys_mount_setattr(dir, 0, &slave) == 0)
			return 0;
		if (errno != EINVAL)
			break;
		/* Not where its mount begins; that is further up. */
		int up = openat(dir, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close_fd(&dir);
		dir = up;
	}
	return fail(f, FAIL_MACHINE, errno, "stop mounts from spreading", "");
}

static int attach_in_bundle(int mount, const char *name, struct failure *f)
{
	AUTO_FD place = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (place < 0 || sys_move_mount(mount, place) < 0)
		return fail(f, FAIL_MACHINE, errno, "attach in bundle", name);
	return 0;
}

static int bind_namespace(int fd, const char *name, struct failure *f)
{
	char room[21];
	char path[64] = "/proc/self/fd/";
	if (fd < 0 || fcntl(fd, F_GETFD) < 0)
		return 0;
	append_text(path, sizeof path, decimal((uint64_t)fd, room));
	if (mount(path, name, NULL, MS_BIND, NULL) < 0)
		return fail(f, FAIL_MACHINE, errno, "bind namespace", name);
	return 0;
}

static int bind_namespaces(const struct container_plan *plan, struct failure *f)
{
	bool joins = plan->ns_pid == NS_POD || plan->ns_pid == NS_TARGET;
	AUTO_FD pid_ns = joins ? open_pid_ns(SLOT_PID) : -1;
	if (joins && pid_ns < 0)
		return fail(f, FAIL_STATE, ESRCH, "join processes of", plan->target);
	if (bind_namespace(SLOT_NET, "ns/network", f) < 0 || bind_namespace(SLOT_IPC, "ns/ipc", f) < 0 ||
	    bind_namespace(SLOT_UTS, "ns/uts", f) < 0)
		return -1;
	return bind_namespace(pid_ns, "ns/pid", f);
}

static int attach_shm(const struct container_plan *plan, struct failure *f)
{
	AUTO_FD shm = clone_shm(plan->ns_ipc);
	struct attr_change alone = {.propagation = MS_PRIVATE};
	if (shm < 0 || sys_mount_setattr(shm, 0, &alone) < 0)
		return fail(f, FAIL_MACHINE, errno, "open mount source", "/dev/shm");
	return attach_in_bundle(shm, "shm", f);
}

static int build_bundle(const struct container_plan *plan, struct failure *f)
{
	AUTO_FD root = make_root(plan, f);
	if (root < 0)
		return -1;
	if (unshare(CLONE_NEWNS) < 0)
		return fail(f, FAIL_MACHINE, errno, "make mount namespace", "");
	if (stop_spreading(f) < 0 || attach_in_bundle(root, "rootfs", f) < 0 ||
	    attach_shm(plan, f) < 0)
		return -1;
	return bind_namespaces(plan, f);
}

/* The last line that a runtime wrote to its log. */
static bool last_line(const char *name, char *line, size_t room)
{
	AUTO_FD fd = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0)
		return false;
	off_t most = (off_t)(room - 1);
	ssize_t length = pread(fd, line, room - 1, st.st_size > most ? st.st_size - most : 0);
	while (length > 0 && line[length - 1] == '\n')
		length--;
	if (length <= 0)
		return false;
	line[length] = '\0';
	const char *start = strrchr(line, '\n');
	if (start)
		memmove(line, start + 1, strlen(start));
	return true;
}

static int tell_why(const char *name, int status, struct failure *f)
{
	char room[NAME_ROOM];
	char line[DETAIL_BYTES];
	char digits[21];
	bool killed = WIFSIGNALED(status);
	if (!killed && last_line(file_of(room, name, ".log"), line, sizeof line))
		return fail(f, FAIL_REQUEST, 0, "OCI runtime", line);
	copy_text(line, sizeof line, killed ? "it was killed by signal " : "it ended with status ");
	append_text(line, sizeof line,
		    decimal((uint64_t)(killed ? WTERMSIG(status) : WEXITSTATUS(status)), digits));
	return fail(f, FAIL_MACHINE, 0, "OCI runtime", line);
}

static _Noreturn void become_runtime(const struct process_plan *p)
{
	reset_signals();
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (sys_close_range(3, RANGE_CLOEXEC) == 0)
		execve(p->args.items[0], (char *const *)(uintptr_t)p->args.items,
		       (char *const *)(uintptr_t)p->env.items);
	_exit(127);
}

/* Runs the runtime to its end; what it started by then is a child of the shim. */
static int run_runtime(const struct process_plan *p, const char *name, struct failure *f)
{
	int status = 0;
	pid_t pid = fork();
	if (pid == 0)
		become_runtime(p);
	AUTO_FD pidfd = pid < 0 ? -1 : sys_pidfd_open(pid);
	if (pidfd < 0)
		return fail(f, FAIL_MACHINE, errno, "start OCI runtime", p->args.items[0]);
	struct pollfd ending = {pidfd, POLLIN, 0};
	bool late = poll(&ending, 1, DEADLINE_MS) == 0;
	if (late)
		(void)sys_pidfd_kill(pidfd, SIGKILL);
	if (waitpid(pid, &status, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "wait for OCI runtime", p->args.items[0]);
	if (late)
		return fail(f, FAIL_MACHINE, ETIMEDOUT, "OCI runtime", p->args.items[0]);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : tell_why(name, status, f);
}

static int read_pid(const char *name, pid_t *pid, struct failure *f)
{
	char room[NAME_ROOM];
	char text[24];
	AUTO_FD fd = open(file_of(room, name, ".pid"), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	text[length > 0 ? length : 0] = '\0';
	long number = strtol(text, NULL, 10);
	if (number <= 1 || number > INT32_MAX)
		return fail(f, FAIL_MACHINE, fd < 0 ? errno : EBADMSG, "read pid of OCI runtime", room);
	*pid = (pid_t)number;
	return 0;
}

/* Limits, counters and kills go by the cgroups that the daemon made. A runtime is told which these
 * are; one that is set not to care for cgroups leaves that to us. */
static bool is_placed(int dir, const char *number)
{
	char text[4096] = "\n";
	char line[24] = "\n";
	AUTO_FD fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text + 1, sizeof text - 2);
	text[length > 0 ? length + 1 : 1] = '\0';
	append_text(line, sizeof line, number);
	append_text(line, sizeof line, "\n");
	return strstr(text, line) != NULL;
}

static int place(pid_t pid, const struct text_list *dirs, struct failure *f)
{
	char room[21];
	const char *number = decimal((uint64_t)pid, room);
	for (uint32_t i = 0; i < dirs->count; i++) {
		AUTO_FD dir = open(dirs->items[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			return fail_path(f, errno, "open cgroup", dirs->items[i]);
		/* Moving waits for a grace period of the kernel, so only who is not there is moved. */
		if (is_placed(dir, number))
			continue;
		/* A process that has ended again needs no place any more. */
		if (write_file_at(dir, "cgroup.procs", number) < 0 && errno != ESRCH)
			return fail(f, FAIL_MACHINE, errno, "join cgroup", dirs->items[i]);
	}
	return 0;
}

static int listen_for_terminal(const char *name, struct failure *f)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char room[NAME_ROOM];
	AUTO_FD fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	copy_text(address.sun_path, sizeof address.sun_path, file_of(room, name, ".sock"));
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
		return fail(f, FAIL_MACHINE, errno, "listen for terminal", room);
	return take_fd(&fd);
}

/* The runtime has ended, so what it sent is there. */
static int pass_terminal(int listener, struct failure *f)
{
	char bytes[256];
	int master = -1;
	size_t count = 1;
	AUTO_FD line = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (line < 0 || receive_with_fds(line, bytes, sizeof bytes, &master, &count) < 0 || master < 0)
		return fail(f, FAIL_MACHINE, line < 0 ? errno : EBADMSG, "take terminal of OCI runtime", "");
	int sent = channel_send(SLOT_CHANNEL, CHANNEL_TERMINAL, 0, master);
	close_fd(&master);
	return sent < 0 ? fail(f, FAIL_MACHINE, errno, "hand over terminal", "") : 0;
}

static int run_for_process(const struct process_plan *p, const char *name, bool terminal,
			   pid_t *pid, struct failure *f)
{
	char room[NAME_ROOM];
	AUTO_FD listener = terminal ? listen_for_terminal(name, f) : -1;
	if (terminal && listener < 0)
		return -1;
	int result = run_runtime(p, name, f);
	if (terminal)
		(void)unlink(file_of(room, name, ".sock"));
	if (result < 0 || read_pid(name, pid, f) < 0)
		return -1;
	return terminal ? pass_terminal(listener, f) : 0;
}

static void begin(const struct process_plan *p, const int fds[SLOT_END])
{
	struct failure f;
	if (settle_descriptors(fds, &f) < 0)
		_exit(1);
	(void)umask(022);
	set_oom_score(p);
	if (chdir(p->cwd) < 0) {
		fail_path(&f, errno, "enter bundle", p->cwd);
		give_up(&f);
	}
}

_Noreturn void foreign_create_helper(struct container_plan *plan, const int fds[SLOT_END])
{
	struct failure f;
	pid_t pid = 0;
	begin(&plan->process, fds);
	if (build_bundle(plan, &f) < 0 ||
	    run_for_process(&plan->process, "create", plan->stdio_flags & STDIO_TTY, &pid, &f) < 0 ||
	    place(pid, &plan->cgroups, &f) < 0)
		give_up(&f);
	(void)channel_send(SLOT_CHANNEL, CHANNEL_PID, pid, -1);
	_exit(channel_send(SLOT_CHANNEL, CHANNEL_READY, 0, -1) < 0);
}

_Noreturn void foreign_command_helper(struct exec_plan *plan, const int fds[SLOT_END])
{
	struct failure f;
	begin(&plan->process, fds);
	if (run_runtime(&plan->process, plan->id, &f) < 0)
		give_up(&f);
	_exit(channel_send(SLOT_CHANNEL, CHANNEL_READY, 0, -1) < 0);
}

_Noreturn void foreign_exec_helper(struct exec_plan *plan, const int fds[SLOT_END])
{
	struct failure f;
	pid_t pid = 0;
	begin(&plan->process, fds);
	own_pipes(&plan->process);
	if (run_for_process(&plan->process, plan->id, plan->stdio_flags & STDIO_TTY, &pid, &f) < 0 ||
	    place(pid, &plan->cgroups, &f) < 0)
		give_up(&f);
	_exit(channel_send(SLOT_CHANNEL, CHANNEL_PID, pid, -1) < 0);
}
