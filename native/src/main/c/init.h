/* The processes between the shim and the workload. */
#ifndef BERTH_INIT_H
#define BERTH_INIT_H

#include "plan.h"

/* Where a helper and init find their descriptors; everything above is closed. A slot may be
 * empty. */
enum slot {
	SLOT_CHANNEL = 3,
	SLOT_NET,
	SLOT_IPC,
	SLOT_UTS,
	SLOT_SHM,
	SLOT_PID, /* a pidfd of the process whose PID namespace is joined */
	SLOT_USER,
	SLOT_END,
};

/* Puts fds[i] at number i, or leaves the number empty for -1, and closes all others. */
int settle_descriptors(const int fds[SLOT_END], struct failure *f);

/* A program must be able to open its own output again, e.g. as /dev/stdout. */
void own_pipes(const struct process_plan *p);

/* Raises or lowers the calling process's score, as far as the kernel lets. */
void set_oom_score(const struct process_plan *p);

/* Runs in a forked helper of the shim: makes what must be made in the machine's mount namespace,
 * clones init, reports. Placed: it is in the unified cgroup already. Never returns. */
_Noreturn void create_helper(struct container_plan *plan, bool placed, const int fds[SLOT_END]);

/* Runs in a forked helper of the shim: joins the container of the pidfd in SLOT_PID and clones the
 * session. placed: it is in the plan's unified cgroup already. Never returns. */
_Noreturn void exec_helper(struct exec_plan *plan, bool placed, const int fds[SLOT_END]);

/* Clones a sibling: a child of the shim, not of the helper. 0 in the child. */
pid_t clone_sibling(uint64_t flags, int unified_cgroup);

/* Reports READY and waits for the word to go on; false when the shim is gone. */
bool wait_for_go(int channel);

/* A path in a container's PID namespace, or -1. */
int open_pid_ns(int pidfd);

#endif
