/* What the kernel offers and C libraries declare differently or not at all, under names of our
 * own. Numbers are the same on x86-64 and arm64. */
#ifndef BERTH_KERNEL_H
#define BERTH_KERNEL_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define NR_PIDFD_SEND_SIGNAL 424
#define NR_OPEN_TREE 428
#define NR_MOVE_MOUNT 429
#define NR_FSOPEN 430
#define NR_FSCONFIG 431
#define NR_FSMOUNT 432
#define NR_PIDFD_OPEN 434
#define NR_CLONE3 435
#define NR_CLOSE_RANGE 436
#define NR_OPENAT2 437
#define NR_MOUNT_SETATTR 442

#define TREE_CLONE 1u
#define TREE_CLOEXEC ((unsigned)O_CLOEXEC)
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#define MOVE_F_EMPTY_PATH 0x04u
#define MOVE_T_EMPTY_PATH 0x40u

#define FS_OPEN_CLOEXEC 1u
#define FS_MOUNT_CLOEXEC 1u
#define FSC_SET_FLAG 0u
#define FSC_SET_STRING 1u
#define FSC_SET_FD 5u
#define FSC_CMD_CREATE 6u

#define ATTR_RDONLY 0x01u
#define ATTR_NOSUID 0x02u
#define ATTR_NODEV 0x04u
#define ATTR_NOEXEC 0x08u
#define ATTR_IDMAP 0x00100000u

struct attr_change {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

#define PATH_NO_MAGICLINKS 0x02u
#define PATH_IN_ROOT 0x10u

struct how_to_open {
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ull
#endif

struct clone_request {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t child_tid;
	uint64_t parent_tid;
	uint64_t exit_signal;
	uint64_t stack;
	uint64_t stack_size;
	uint64_t tls;
	uint64_t set_tid;
	uint64_t set_tid_size;
	uint64_t cgroup;
};

#define RANGE_CLOEXEC 4u
#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif

#define PROC_MAGIC 0x9fa0
#define CGROUP2_MAGIC 0x63677270
#define NAMESPACE_MAGIC 0x6e736673

static inline int sys_open_tree(int dir, const char *path, unsigned flags)
{
	return (int)syscall(NR_OPEN_TREE, dir, path, flags);
}

static inline int sys_move_mount(int from, int to)
{
	return (int)syscall(NR_MOVE_MOUNT, from, "", to, "",
			    MOVE_F_EMPTY_PATH | MOVE_T_EMPTY_PATH);
}

static inline int sys_fsopen(const char *type)
{
	return (int)syscall(NR_FSOPEN, type, FS_OPEN_CLOEXEC);
}

static inline int sys_fsconfig(int fs, unsigned cmd, const char *key, const void *value, int aux)
{
	return (int)syscall(NR_FSCONFIG, fs, cmd, key, value, aux);
}

static inline int sys_fsmount(int fs, unsigned attr)
{
	return (int)syscall(NR_FSMOUNT, fs, FS_MOUNT_CLOEXEC, attr);
}

static inline int sys_mount_setattr(int fd, unsigned flags, struct attr_change *attr)
{
	return (int)syscall(NR_MOUNT_SETATTR, fd, "", (unsigned)AT_EMPTY_PATH | flags, attr,
			    sizeof *attr);
}

static inline int sys_openat2(int dir, const char *path, uint64_t flags, uint64_t resolve)
{
	struct how_to_open how = {.flags = flags | O_CLOEXEC, .resolve = resolve};
	return (int)syscall(NR_OPENAT2, dir, path, &how, sizeof how);
}

static inline int sys_pidfd_open(pid_t pid)
{
	return (int)syscall(NR_PIDFD_OPEN, pid, 0);
}

static inline int sys_pidfd_kill(int pidfd, int signal)
{
	return (int)syscall(NR_PIDFD_SEND_SIGNAL, pidfd, signal, (void *)0, 0);
}

static inline pid_t sys_clone3(struct clone_request *args)
{
	return (pid_t)syscall(NR_CLONE3, args, sizeof *args);
}

static inline int sys_close_range(unsigned first, unsigned flags)
{
	return (int)syscall(NR_CLOSE_RANGE, first, ~0u, flags);
}

#endif
