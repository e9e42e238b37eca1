/* Plans: what the daemon decided, as flat records, and the structures they are read into.
 *
 * A record is a header and then its fields in a fixed order, little endian, without padding:
 *
 *   header   u32 magic "BPLN"   u16 version   u16 kind   u32 total length   u32 zero
 *   u32 u64  as they are
 *   text     u32 length, bytes without NUL, one NUL       (absent = empty)
 *   bytes    u32 length, bytes
 *   list     u32 count, items
 *
 * The parser checks every length against the record's end, refuses what is left over, and never
 * copies text: pointers lead into the record, which lives as long as the plan's arena.
 * PlanEncoder.java writes what this reads; both are held against the same golden bytes. */
#ifndef BERTH_PLAN_H
#define BERTH_PLAN_H

#include "base.h"

#define PLAN_MAGIC 0x4e4c5042u
#define PLAN_VERSION 4
#define PLAN_HEADER 16
#define PLAN_MAX_BYTES (8u << 20)

enum plan_kind { PLAN_POD = 1, PLAN_CONTAINER = 2, PLAN_EXEC = 3 };

struct text_list {
	uint32_t count;
	const char **items; /* one NULL after the last */
};

enum ns_mode { NS_POD = 0, NS_NEW = 1, NS_HOST = 2, NS_TARGET = 3 };

enum pod_flag { POD_NET = 1, POD_IPC = 2, POD_UTS = 4, POD_SHARED_PID = 8, POD_USERS = 16 };

struct pod_plan {
	uint32_t flags;
	const char *hostname;
	uint64_t shm_bytes;
	struct text_list sysctls; /* key, value, key, value ... */
	/* With POD_USERS: the machine's ids that are 0 inside, and how many there are. */
	uint32_t uid_first;
	uint32_t uid_length;
	uint32_t gid_first;
	uint32_t gid_length;
};

enum mount_kind {
	MOUNT_BIND = 1,
	MOUNT_TMPFS = 2,
	MOUNT_PROC = 3,
	MOUNT_SYSFS = 4,
	MOUNT_MQUEUE = 5,
	MOUNT_DEVPTS = 6,
	MOUNT_CGROUP = 7,
	MOUNT_POD_SHM = 8,
	MOUNT_IMAGE = 9,
};

enum bind_flag { BIND_RECURSIVE = 1, BIND_RECURSIVE_READONLY = 2, BIND_MAPPED = 4 };

enum propagation { PROPAGATE_PRIVATE = 0, PROPAGATE_SLAVE = 1, PROPAGATE_SHARED = 2 };

struct mount_op {
	uint32_t kind;
	uint32_t attr; /* ATTR_ bits */
	const char *target;
	const char *source;
	uint32_t bind_flags;
	uint32_t propagation;
	uint64_t size;
	uint32_t mode;
	struct text_list layers; /* of an image, topmost first; source is the part of it, or empty */
	int fd;			 /* the mount, once somebody made it; -1 until then */
};

struct device_node {
	const char *path;
	uint32_t block; /* 0 character, 1 block */
	uint32_t major;
	uint32_t minor;
	uint32_t mode;
	uint32_t uid;
	uint32_t gid;
};

struct rlimit_plan {
	uint32_t resource;
	uint64_t soft;
	uint64_t hard;
};

struct process_plan {
	struct text_list args;
	struct text_list env;
	const char *cwd;
	uint32_t uid;
	uint32_t gid;
	uint32_t group_count;
	uint32_t *groups;
	uint64_t cap_bounding;
	uint64_t cap_effective;
	uint64_t cap_permitted;
	uint64_t cap_ambient;
	uint32_t no_new_privs;
	uint32_t filter_bytes;
	const uint8_t *filter;
	uint32_t rlimit_count;
	struct rlimit_plan *rlimits;
	uint32_t has_oom_score;
	int32_t oom_score;
	uint32_t umask;
};

/* STDIO_STALL: a log that takes no more stops the container instead of losing lines. */
enum stdio_flag { STDIO_TTY = 1, STDIO_STDIN = 2, STDIO_STALL = 4 };

struct container_plan {
	const char *id;
	uint32_t ns_net;
	uint32_t ns_ipc;
	uint32_t ns_uts;
	uint32_t ns_pid;
	uint32_t ns_cgroup;
	const char *target;
	struct text_list cgroups;
	const char *hostname;
	struct text_list lower;
	const char *upper;
	const char *work;
	uint32_t root_readonly;
	uint32_t mount_count;
	struct mount_op *mounts;
	uint32_t device_count;
	struct device_node *devices;
	struct text_list symlinks; /* path, content, path, content ... */
	struct text_list masked;
	struct text_list readonly;
	struct text_list sysctls;
	struct process_plan process;
	const char *log_path;
	uint32_t stdio_flags;
	uint32_t max_line;
	const char *exit_path;
};

struct exec_plan {
	const char *container;
	const char *id;
	struct process_plan process;
	uint32_t stdio_flags;
	struct text_list cgroups;
};

/* Memory of one plan: the record and what was read from it, given back at once. */
struct plan_memory {
	uint8_t *base;
	size_t size;
	size_t used;
	size_t record;
};

/* Reads a sealed memfd into memory of its own. 0 or -1 with the failure noted. */
int plan_load(struct plan_memory *memory, int memfd, struct failure *f);
/* Takes a copy of bytes instead of a memfd; for tests. False without memory. */
bool plan_copy(struct plan_memory *memory, const uint8_t *bytes, size_t length);
void plan_free(struct plan_memory *memory);

/* Each reads the record in memory. 0, or -1 when it is not a whole, right record of that kind. */
int plan_read_pod(struct plan_memory *memory, struct pod_plan *plan);
int plan_read_container(struct plan_memory *memory, struct container_plan *plan);
int plan_read_exec(struct plan_memory *memory, struct exec_plan *plan);

#endif
