/* From plan to waiting init.
 *
 *   shim ──fork──► helper (machine's mount namespace, one thread)
 *                    │ closes all descriptors but its slots
 *                    │ joins the pod's net, ipc, uts
 *                    │ clones bind sources, makes the overlay: all as descriptors
 *                    │ joins the pod's user namespace, if it has one
 *                    ├──clone3(CLONE_PARENT, NEWPID, NEWNS)──► init, a child of the shim
 *                    │ PID to the shim, exits                    │ joins the cgroups
 *                    ▼                                           │ attaches mounts, dresses the root
 *                                                                │ pivots, closes all but the channel
 *                                                                │ becomes the final user
 *                                                                │ READY, waits, (filter,) exec
 *
 * Containers in somebody else's PID namespace: the helper itself takes a mount namespace, builds
 * and pivots, and only then clones init into the PID namespace, so that neighbours with SYS_PTRACE
 * never see a process of ours that has a path or a descriptor of the machine.
 *
 * Order that matters:
 * - Bind sources are cloned before anything is made private: shared peer groups survive.
 * - proc and its like are mounted while the machine's are still visible: a kernel rule for user
 *   namespaces.
 * - Masked and read-only paths come after all mounts, sysctls before them.
 * - The bounding set falls before the user changes; the parent death signal comes after the last
 *   change of credentials, which clears it.
 * - The filter comes last; without no_new_privs it needs SYS_ADMIN and comes just before the last
 *   capability falls.
 *
 * Races:
 * - The shim dies before the parent death signal is set: the wait on the channel then reads the
 *   end of file, because nobody else holds the shim's side for longer than a fork, and init exits.
 * - The image and shared volumes change under us: every path is resolved by the kernel below the
 *   root, and what was resolved is used by descriptor.
 * - init fails half way: its mount namespace dies with it, nothing was ever attached elsewhere. */
#define _GNU_SOURCE
#include "init.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cgroups.h"
#include "channel.h"
#include "inside.h"
#include "kernel.h"
#include "mounts.h"
#include "paths.h"
#include "program.h"
#include "users.h"

/* What the helper made and init goes on with. */
struct build {
	struct container_plan *plan;
	int root;
	int null_device;
	int pid_ns; /* for proc, when the builder is outside of it; else -1 */
	bool in_unified;
	bool in_cgroups;
};

static _Noreturn void give_up(const struct failure *f)
{
	channel_fail(SLOT_CHANNEL, f);
	_exit(1);
}

int settle_descriptors(const int fds[SLOT_END], struct failure *f)
{
	int high[SLOT_END];
	for (int slot = 0; slot < SLOT_END; slot++) {
		high[slot] = fds[slot] < 0 ? -1 : fcntl(fds[slot], F_DUPFD_CLOEXEC, SLOT_END);
		if (fds[slot] >= 0 && high[slot] < 0)
			return fail(f, FAIL_MACHINE, errno, "settle descriptors", "");
	}
	for (int slot = 0; slot < SLOT_END; slot++)
		if (high[slot] < 0)
			close(slot);
		else if (dup3(high[slot], slot, slot < SLOT_CHANNEL ? 0 : O_CLOEXEC) < 0)
			return fail(f, FAIL_MACHINE, errno, "settle descriptors", "");
	if (sys_close_range(SLOT_END, 0) < 0)
		return fail(f, FAIL_MACHINE, errno, "close descriptors", "");
	return 0;
}

void set_oom_score(const struct process_plan *p)
{
	char room[21];
	char text[24] = "-";
	if (!p->has_oom_score)
		return;
	copy_text(text + 1, sizeof text - 1,
		  decimal((uint64_t)(p->oom_score < 0 ? -p->oom_score : p->oom_score), room));
	/* Lowering needs a privilege that the daemon may lack; what was inherited stays then. */
	(void)write_file_at(AT_FDCWD, "/proc/self/oom_score_adj", text + (p->oom_score >= 0));
}

pid_t clone_sibling(uint64_t flags, int unified_cgroup)
{
	/* With CLONE_PARENT the exit signal is the helper's own. */
	struct clone_request args = {.flags = flags | CLONE_PARENT};
	if (unified_cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)unified_cgroup;
	}
	return sys_clone3(&args);
}

bool wait_for_go(int channel)
{
	char go;
	ssize_t got;
	if (channel_send(channel, CHANNEL_READY, 0, -1) < 0)
		return false;
	do
		got = read(channel, &go, 1);
	while (got < 0 && errno == EINTR);
	return got == 1;
}

int open_pid_ns(int pidfd)
{
	char room[21];
	char path[64] = "/proc/";
	char info[64] = "/proc/self/fdinfo/";
	append_text(info, sizeof info, decimal((uint64_t)pidfd, room));
	AUTO_FD fd = open(info, O_RDONLY | O_CLOEXEC);
	char text[512];
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (length <= 0)
		return -1;
	text[length] = '\0';
	const char *pid = strstr(text, "\nPid:\t");
	if (!pid || pid[6] == '-')
		return -1;
	char *end = strchr(pid + 6, '\n');
	if (end)
		*end = '\0';
	append_text(path, sizeof path, pid + 6);
	append_text(path, sizeof path, "/ns/pid");
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int join_one(uint32_t mode, int slot, int kind, struct failure *f)
{
	if (mode == NS_POD && fcntl(slot, F_GETFD) >= 0 && setns(slot, kind) < 0)
		return fail(f, FAIL_MACHINE, errno, "join pod namespace", "");
	return 0;
}

static int join_pod(const struct container_plan *plan, struct failure *f)
{
	if (join_one(plan->ns_net, SLOT_NET, CLONE_NEWNET, f) < 0 ||
	    join_one(plan->ns_ipc, SLOT_IPC, CLONE_NEWIPC, f) < 0)
		return -1;
	return join_one(plan->ns_uts, SLOT_UTS, CLONE_NEWUTS, f);
}

/* Puts the terminal of the container on stdio and gives its master to the shim. */
static int set_terminal(int root, uint32_t uid, struct failure *f)
{
	AUTO_FD slave = -1;
	AUTO_FD master = make_console(root, uid, &slave, f);
	if (master < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(slave, fd) < 0)
			return fail(f, FAIL_MACHINE, errno, "settle terminal", "");
	if (channel_send(SLOT_CHANNEL, CHANNEL_TERMINAL, 0, master) < 0)
		return fail(f, FAIL_MACHINE, errno, "hand over terminal", "");
	return 0;
}

static int set_sysctls(const struct container_plan *plan, struct failure *f)
{
	if (plan->sysctls.count == 0)
		return 0;
	AUTO_FD proc = make_fs("proc", NULL, 0, f);
	return proc < 0 ? -1 : write_sysctls(proc, &plan->sysctls, f);
}

static int dress_root(const struct build *b, struct failure *f)
{
	const struct container_plan *plan = b->plan;
	if (!pod_users.there && make_devices(b->root, plan, f) < 0)
		return -1;
	if (make_symlinks(b->root, &plan->symlinks, f) < 0)
		return -1;
	if ((plan->stdio_flags & STDIO_TTY) && set_terminal(b->root, plan->process.uid, f) < 0)
		return -1;
	if (set_sysctls(plan, f) < 0)
		return -1;
	if (mask_paths(b->root, &plan->masked, b->null_device, f) < 0 ||
	    make_readonly(b->root, &plan->readonly, f) < 0)
		return -1;
	AUTO_FD cwd = root_make(b->root, plan->process.cwd, true, f);
	if (cwd < 0) {
		/* The request's field, so that its sender knows which of the paths it was. */
		copy_text(f->step, sizeof f->step, "make working_dir");
		copy_text(f->detail, sizeof f->detail, plan->process.cwd);
		return -1;
	}
	struct attr_change readonly = {.attr_set = ATTR_RDONLY};
	if (plan->root_readonly && sys_mount_setattr(b->root, 0, &readonly) < 0)
		return fail(f, FAIL_MACHINE, errno, "make root read-only", "");
	return 0;
}

static int pivot(int root, struct failure *f)
{
	if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return fail(f, FAIL_MACHINE, errno, "pivot root", "");
	/* The old root lies over the new one now; "." is still the old one's place. */
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return fail(f, FAIL_MACHINE, errno, "leave old root", "");
	return 0;
}

/* In a mount namespace of its own: the whole root, up to being inside it with nothing but stdio
 * and the channel. */
static int build_root(struct build *b, struct failure *f)
{
	struct container_plan *plan = b->plan;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fail(f, FAIL_MACHINE, errno, "make mounts private", "/");
	AUTO_FD place = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct attr_change alone = {.propagation = MS_PRIVATE};
	if (place < 0 || sys_mount_setattr(b->root, 0, &alone) < 0 || sys_move_mount(b->root, place) < 0)
		return fail(f, FAIL_MACHINE, errno, "attach root", "/");
	if (attach_mounts(b->root, plan, b->pid_ns, f) < 0 || dress_root(b, f) < 0 ||
	    pivot(b->root, f) < 0)
		return -1;
	if (*plan->hostname && plan->ns_uts == NS_NEW &&
	    sethostname(plan->hostname, strlen(plan->hostname)) < 0)
		return fail(f, FAIL_REQUEST, errno, "set hostname", plan->hostname);
	return 0;
}

static _Noreturn void become_init(const struct container_plan *plan)
{
	struct failure f;
	char path[PATH_MAX];
	if (sys_close_range(SLOT_CHANNEL + 1, 0) < 0) {
		fail(&f, FAIL_MACHINE, errno, "close descriptors", "");
		give_up(&f);
	}
	if (become_final(&plan->process, plan->stdio_flags & STDIO_TTY, path, &f) < 0)
		give_up(&f);
	reset_signals();
	if (!wait_for_go(SLOT_CHANNEL))
		_exit(1);
	run_program(&plan->process, path, &f);
	give_up(&f);
}

static bool wants_cgroup_ns(const struct container_plan *plan, int unified)
{
	struct statfs fs;
	return plan->ns_cgroup == NS_NEW && unified >= 0 && statfs("/sys/fs/cgroup", &fs) == 0 &&
	       (unsigned long)fs.f_type == CGROUP2_MAGIC;
}

static int enter_cgroups(const struct build *b, bool own_ns, struct failure *f)
{
	if (!b->in_cgroups && join_cgroups(&b->plan->cgroups, b->in_unified, f) < 0)
		return -1;
	/* The namespace's root is the cgroup one is in when it is made. */
	if (own_ns && unshare(CLONE_NEWCGROUP) < 0)
		return fail(f, FAIL_MACHINE, errno, "make cgroup namespace", "");
	return 0;
}

/* The pod's user namespace, when it has one. It may not write to the machine's cgroups, so those
 * are joined before; what follows is made by its root and owned by it. */
static void go_into_users(struct build *b, struct failure *f)
{
	if (!pod_users.there)
		return;
	if (join_cgroups(&b->plan->cgroups, b->in_unified, f) < 0 || enter_users(SLOT_USER, f) < 0)
		give_up(f);
	b->in_cgroups = true;
}

/* Tests build shims whose helpers take this long to end (SHIM_DEFINES), and their channel with them:
 * the kernel may be as slow, since a descriptor of a mount is let go of before that of the channel. */
#ifndef HELPER_LINGERS_US
#define HELPER_LINGERS_US 0
#endif

static _Noreturn void report_and_exit(pid_t pid)
{
	if (pid < 0) {
		struct failure f;
		fail(&f, FAIL_MACHINE, errno, "clone init", "");
		give_up(&f);
	}
	int sent = channel_send(SLOT_CHANNEL, CHANNEL_PID, pid, -1);
	if (HELPER_LINGERS_US)
		(void)usleep(HELPER_LINGERS_US);
	_exit(sent < 0);
}

/* A PID namespace of its own: init builds, nobody can watch. */
static _Noreturn void clone_then_build(struct build *b, uint64_t flags, struct failure *f)
{
	AUTO_FD unified = open_unified(&b->plan->cgroups);
	bool own_ns = wants_cgroup_ns(b->plan, unified);
	go_into_users(b, f);
	if (b->in_cgroups)
		close_fd(&unified);
	b->in_unified = unified >= 0;
	pid_t pid = clone_sibling(flags | CLONE_NEWPID | CLONE_NEWNS, unified);
	if (pid < 0 && unified >= 0) {
		b->in_unified = false;
		pid = clone_sibling(flags | CLONE_NEWPID | CLONE_NEWNS, -1);
	}
	if (pid != 0)
		report_and_exit(pid);
	if (enter_cgroups(b, own_ns, f) < 0 || build_root(b, f) < 0)
		give_up(f);
	become_init(b->plan);
}

/* Somebody else's PID namespace: the helper builds, init appears in it finished. */
static _Noreturn void build_then_clone(struct build *b, uint64_t flags, struct failure *f)
{
	AUTO_FD unified = open_unified(&b->plan->cgroups);
	bool joins = b->plan->ns_pid != NS_HOST;
	AUTO_FD pid_ns = joins ? open_pid_ns(SLOT_PID) : -1;
	if (joins && pid_ns < 0) {
		fail(f, FAIL_STATE, ESRCH, "join processes of", b->plan->target);
		give_up(f);
	}
	b->pid_ns = pid_ns;
	go_into_users(b, f);
	if (unshare((int)flags | CLONE_NEWNS) < 0) {
		fail(f, FAIL_MACHINE, errno, "make mount namespace", "");
		give_up(f);
	}
	if (enter_cgroups(b, wants_cgroup_ns(b->plan, unified), f) < 0 || build_root(b, f) < 0)
		give_up(f);
	if (joins && setns(pid_ns, CLONE_NEWPID) < 0) {
		fail(f, FAIL_MACHINE, errno, "join pid namespace", "");
		give_up(f);
	}
	(void)sys_close_range(SLOT_CHANNEL + 1, 0);
	pid_t pid = clone_sibling(0, -1);
	if (pid != 0)
		report_and_exit(pid);
	become_init(b->plan);
}

_Noreturn void create_helper(struct container_plan *plan, bool placed, const int fds[SLOT_END])
{
	struct failure f;
	struct build b = {
		.plan = plan, .root = -1, .null_device = -1, .pid_ns = -1, .in_unified = placed};
	if (settle_descriptors(fds, &f) < 0)
		_exit(1);
	/* The shim keeps its own files to itself; what is made in a container has the mode it says. */
	(void)umask(0);
	set_oom_score(&plan->process);
	if (join_pod(plan, &f) < 0 || open_sources(plan, &f) < 0)
		give_up(&f);
	b.root = make_root(plan, &f);
	b.null_device = b.root < 0 ? -1 : open_null_device(&f);
	if (b.null_device < 0)
		give_up(&f);
	uint64_t flags = plan->ns_uts == NS_NEW ? CLONE_NEWUTS : 0;
	if (plan->ns_pid == NS_NEW)
		clone_then_build(&b, flags, &f);
	build_then_clone(&b, flags, &f);
}
