/* old-kernel AGE ANSWERS COMMAND...: runs a command on a kernel that seems to lack newer features.
 *
 * AGE is 5.14, whose overlay takes any option and finds out when it is created, or 6.6, whose overlay
 * looks at once but does not know single layers. ANSWERS is where the counts go when the command has ended, a line a feature: NAME COUNT.
 *
 *   this process ── reads what a call asks for, answers EINVAL or lets it pass
 *      ▲  │
 *      │  ▼  seccomp listener (SECCOMP_RET_USER_NOTIF)
 *   the command and everything it starts
 *
 * A plain filter could not tell the calls apart: what an option is called is in memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR_OPEN_TREE 428
#define NR_FSCONFIG 431
#define SET_STRING 1
#define SET_FD 5
#define CREATE 6
#define EXECVE_CHECK 0x10000
#define MFD_NOEXEC_OR_EXEC 0x18u
#define TREE_CLONE_EMPTY_PATH (1u | 0x1000u)

enum feature {
	LAYER_BY_FD,
	LAYER_BY_NAME,
	CREATE_WITH_LAYERS,
	PROC_OF_NAMESPACE,
	CLONE_OF_DETACHED,
	EXEC_CHECK,
	MEMFD_EXEC,
	FEATURES,
};

static const char *const names[FEATURES] = {
	"overlay-lowerdir+-by-fd-6.13", "overlay-lowerdir+-6.7",
	"overlay-created-with-lowerdir+-6.5", "proc-pidns-6.17",
	"open_tree-of-detached-6.15", "execveat-check-6.14", "memfd-exec-flags-6.3",
};
static unsigned long counts[FEATURES];

/* The latest overlays that were given a layer by name, of the older age. */
enum { OVERLAYS = 64 };
static const char *age;
static bool takes_any_option;
static struct {
	uint32_t pid;
	uint64_t fd;
} overlays[OVERLAYS];
static size_t overlay_count;

static void die(const char *what)
{
	perror(what);
	exit(125);
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define CALL_IS(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1)
#define ASK BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)

static int install(void)
{
	struct sock_filter code[] = {
		LOAD(nr),
		CALL_IS(NR_FSCONFIG), ASK,
		CALL_IS(NR_OPEN_TREE), ASK,
		CALL_IS(SYS_execveat), ASK,
		CALL_IS(SYS_memfd_create), ASK,
		CALL_IS(SYS_uname), ASK,
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

static void read_word(int pid, uint64_t address, char *word, size_t room)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	int memory = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = memory < 0 ? -1 : pread(memory, word, room - 1, (off_t)address);
	word[length < 0 ? 0 : length] = '\0';
	if (memory >= 0)
		close(memory);
}

static void remember(const struct seccomp_notif *asked)
{
	size_t slot = overlay_count++ % OVERLAYS;
	overlays[slot].pid = asked->pid;
	overlays[slot].fd = asked->data.args[0];
}

/* Forgets it too: the number may be another file system's next time. */
static bool has_layers(const struct seccomp_notif *asked)
{
	bool found = false;
	for (size_t i = 0; i < OVERLAYS; i++)
		if (overlays[i].pid == asked->pid && overlays[i].fd == asked->data.args[0]) {
			overlays[i].pid = 0;
			found = true;
		}
	return found;
}

static int fsconfig_feature(const struct seccomp_notif *asked)
{
	char key[16];
	uint64_t command = asked->data.args[1];
	if (command == CREATE)
		return has_layers(asked) ? CREATE_WITH_LAYERS : -1;
	if (command != SET_STRING && command != SET_FD)
		return -1;
	read_word((int)asked->pid, asked->data.args[2], key, sizeof key);
	if (strcmp(key, "lowerdir+") == 0)
		return command == SET_FD ? LAYER_BY_FD : LAYER_BY_NAME;
	return command == SET_FD && strcmp(key, "pidns") == 0 ? PROC_OF_NAMESPACE : -1;
}

/* Whether a descriptor is of a mount that its process's mount table shows. */
static bool is_attached(uint32_t pid, uint64_t fd)
{
	char path[64];
	char line[4096];
	int mount = -1;
	int each = -1;
	snprintf(path, sizeof path, "/proc/%u/fdinfo/%d", pid, (int)fd);
	FILE *info = fopen(path, "re");
	while (info && fgets(line, sizeof line, info) && sscanf(line, "mnt_id: %d", &mount) != 1)
		;
	if (info)
		fclose(info);
	snprintf(path, sizeof path, "/proc/%u/mountinfo", pid);
	FILE *table = fopen(path, "re");
	while (table && each != mount && fgets(line, sizeof line, table))
		if (sscanf(line, "%d ", &each) != 1)
			each = -1;
	if (table)
		fclose(table);
	return mount >= 0 && each == mount;
}

/* The feature that a call uses, -1 when every kernel that matters can do it. */
static int feature_of(const struct seccomp_notif *asked)
{
	const __u64 *args = asked->data.args;
	switch (asked->data.nr) {
	case NR_FSCONFIG:
		return fsconfig_feature(asked);
	case NR_OPEN_TREE:
		return (args[2] & TREE_CLONE_EMPTY_PATH) == TREE_CLONE_EMPTY_PATH &&
				       !is_attached(asked->pid, args[0])
			       ? CLONE_OF_DETACHED
			       : -1;
	case SYS_execveat:
		return args[4] & EXECVE_CHECK ? EXEC_CHECK : -1;
	default:
		return args[1] & MFD_NOEXEC_OR_EXEC ? MEMFD_EXEC : -1;
	}
}

static int open_of(uint32_t pid, const char *name, int flags)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%u/%s", pid, name);
	return open(path, flags | O_CLOEXEC);
}

/* uname as the asking process would have it, whose host name is its own. */
static int uname_of(uint32_t pid, struct utsname *name)
{
	int own = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	int theirs = open_of(pid, "ns/uts", O_RDONLY);
	int result = own < 0 || theirs < 0 || setns(theirs, CLONE_NEWUTS) < 0 ? -1 : uname(name);
	if (own >= 0 && setns(own, CLONE_NEWUTS) < 0)
		die("setns");
	close(own);
	close(theirs);
	return result;
}

/* The kernel's version, for who decides by it. */
static int tell_age(const struct seccomp_notif *asked)
{
	struct utsname name;
	int memory = open_of(asked->pid, "mem", O_WRONLY);
	if (memory < 0 || uname_of(asked->pid, &name) < 0)
		return -ENOSYS;
	snprintf(name.release, sizeof name.release, "%s.0", age);
	ssize_t length = pwrite(memory, &name, sizeof name, (off_t)asked->data.args[0]);
	close(memory);
	return length == (ssize_t)sizeof name ? 0 : -EFAULT;
}

static void answer(int listener)
{
	struct seccomp_notif asked = {0};
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0)
		return; /* the caller is gone */
	struct seccomp_notif_resp reply = {.id = asked.id};
	int feature = asked.data.nr == SYS_uname ? -1 : feature_of(&asked);
	if (asked.data.nr == SYS_uname)
		reply.error = tell_age(&asked);
	else if (feature < 0)
		reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else if (feature == LAYER_BY_NAME && takes_any_option)
		remember(&asked);
	else
		reply.error = -EINVAL;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) == 0 && feature >= 0)
		counts[feature]++;
}

static void write_counts(const char *path)
{
	FILE *out = fopen(path, "w");
	if (!out)
		die(path);
	for (int i = 0; i < FEATURES; i++)
		fprintf(out, "%s %lu\n", names[i], counts[i]);
	if (fclose(out) != 0)
		die(path);
}

static void send_fd(int socket, int fd)
{
	char byte = 0;
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof control};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(head), &fd, sizeof fd);
	if (sendmsg(socket, &message, 0) < 0)
		die("sendmsg");
}

static int receive_fd(int socket)
{
	char byte;
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof control};
	int fd = -1;
	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
	return fd;
}

static _Noreturn void become(char **command, int socket)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int listener = install();
	if (listener < 0)
		die("seccomp");
	send_fd(socket, listener);
	close(listener);
	close(socket);
	execvp(command[0], command);
	die(command[0]);
	__builtin_unreachable();
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("old-kernel AGE ANSWERS COMMAND...\n", stderr);
		return 125;
	}
	age = argv[1];
	takes_any_option = strcmp(age, "5.14") == 0;
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		die("socketpair");
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		become(argv + 3, pair[1]);
	close(pair[1]);
	int listener = receive_fd(pair[0]);
	if (listener < 0)
		return 125;
	/* Until the command ends, and then for what it left running, until all of it has ended. */
	struct pollfd ready = {.fd = listener, .events = POLLIN};
	while (poll(&ready, 1, -1) >= 0 || errno == EINTR) {
		if (ready.revents & POLLIN)
			answer(listener);
		else if (ready.revents & POLLHUP)
			break;
	}
	int status = 0;
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	write_counts(argv[2]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 124;
}
