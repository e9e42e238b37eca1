/* The pod's user namespace: which ids of the machine its ids are, and how to get into it.
 *
 * A container's ids start at 0 and are one range of the machine's. Whatever is made for it outside
 * of its namespace (pipes, device nodes, the root of a tmpfs) gets the machine's ids. */
#ifndef BERTH_USERS_H
#define BERTH_USERS_H

#include <sys/types.h>

#include "base.h"

struct id_range {
	uint32_t first; /* the machine's id that is 0 inside */
	uint32_t length;
};

struct user_map {
	bool there; /* false: the pod uses the machine's ids */
	struct id_range uids;
	struct id_range gids;
};

/* The pod's; set once, when it is prepared, and inherited by every helper. */
extern struct user_map pod_users;

/* The machine's id of a container's. An id that is not mapped is nobody's: 65534. */
uint32_t machine_uid(uint32_t uid);
uint32_t machine_gid(uint32_t gid);

/* Gives a process that has just made a user namespace its maps. */
int write_user_maps(pid_t pid, struct failure *f);

/* Becomes root of the user namespace that the process is in, without its groups. */
int become_users_root(struct failure *f);

/* Joins a user namespace and becomes its root. */
int enter_users(int user_ns, struct failure *f);

/* Shows a detached mount with the ids that the user namespace maps. */
int map_ids(int mount, unsigned flags, int user_ns, const char *what, struct failure *f);

#endif
