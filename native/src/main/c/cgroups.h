/* A container's cgroups: joining them, showing them, counting kills, killing all in them. */
#ifndef BERTH_CGROUPS_H
#define BERTH_CGROUPS_H

#include "plan.h"

/* Moves the calling, single-threaded process into every v1 directory of the list, and into the
 * unified one unless skip_unified. */
int join_cgroups(const struct text_list *dirs, bool skip_unified, struct failure *f);

/* An O_PATH descriptor of the list's unified directory, for CLONE_INTO_CGROUP; -1 without one. */
int open_unified(const struct text_list *dirs);

/* Clones a child that begins in the list's unified directory; -1 where there is none or it takes
 * nobody. Moving a process there later waits 5 to 20 ms for a grace period of the kernel. The child
 * must not allocate, nor start threads: unlike after fork(3), the C library does not know that it
 * is a new process. */
pid_t clone_placed(const struct text_list *dirs);

/* What a container sees at its cgroup mount point, as a detached mount. */
int make_cgroup_view(unsigned attr, struct failure *f);

/* Version 1: fills that mount, now attached at target, with a read-only bind a hierarchy. */
int fill_cgroup_view(int root, int view, const char *target, const struct text_list *dirs,
		     struct failure *f);

/* The file that counts out-of-memory kills of the container, opened for reading; -1 without. */
int open_oom_counter(const struct text_list *dirs);

/* Its number now; -1 when it cannot be read any more. */
int64_t read_oom_counter(int fd);

/* The directory through which everything of the list can be killed; -1 without one. */
int open_kill_dir(const struct text_list *dirs);

/* Kills everything in the directory and below, as far as it can be had. */
void kill_cgroup(int dir);

/* Signals everything in the directory and below its children. Number of processes seen. */
int signal_cgroup(int dir, int signal);

#endif
