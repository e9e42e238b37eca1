/* The shim's own state. Only the main thread touches it; the log thread has its own (log.c).
 *
 *   CREATING ──READY──► CREATED ──start──► STARTING ──exec──► RUNNING
 *      │                   │                  │                  │
 *      └───────────────────┴──── reaped ──────┴──────────────────┴──► EXITED ──remove──► gone */
#ifndef BERTH_SHIM_H
#define BERTH_SHIM_H

#include <sys/types.h>

#include "init.h"
#include "log.h"
#include "plan.h"
#include "wire.h"

/* Something in the event loop; ready is called with EPOLL flags. */
struct watch {
	void (*ready)(struct watch *watch, uint32_t events);
	int fd;
};

void watch_add(struct watch *watch, uint32_t events);
void watch_remove(struct watch *watch);

/* Whom to answer, once the work is done. The connection may be gone by then. */
struct reply_to {
	uint32_t connection; /* its serial, 0 nobody */
	uint32_t id;
	uint16_t operation;
};

struct exit_facts {
	uint32_t status;
	uint32_t signal;
	uint64_t time;
	int64_t oom_kills;
	const char *reason;
};

enum container_state { CREATING, CREATED, STARTING, RUNNING, EXITED };

struct session;

struct container {
	struct watch channel; /* first: the loop finds the container by it */
	struct container *next;
	enum container_state state;
	pid_t helper; /* until it is reaped */
	pid_t pid;    /* stays when init was reaped */
	bool reaped;
	bool ready;
	int pidfd;
	int exit_fd;
	int oom_fd;
	int kill_dir;
	int stdin_fd;
	int terminal_fd;
	bool own_pid_ns;
	bool foreign;     /* another runtime made it, see foreign.h */
	bool ended_early; /* before the runtime said that it has started it; exit holds how */
	bool has_failed;  /* failure holds what init or its helper said */
	bool told;        /* the exit was reported */
	uint64_t tell_at; /* monotonic ns, when to report although output is still coming */
	struct failure *failure;
	struct reply_to waiting;
	struct reply_to remover;
	struct exit_facts exit;
	struct log_sink *log;
	struct session *sessions;
	char id[];
};

struct session {
	struct watch channel;
	struct session *next;
	struct container *container;
	pid_t helper;
	pid_t pid;
	int pidfd;
	int kill_dir;
	int terminal_fd; /* the master, until it is passed on */
	unsigned hang_ups; /* how far hanging up has come, see hangup.c */
	uint64_t hang_up_at; /* monotonic ns, when the next step is due */
	bool foreign;
	bool has_failed;
	bool answered;
	bool reaped;
	struct failure *failure;
	struct reply_to waiting;
	struct exit_facts exit;
	char id[];
};

struct shim {
	const char *pod;
	const char *socket_path;
	bool prepared;
	uint32_t pod_flags;
	int net_ns;
	int ipc_ns;
	int uts_ns;
	int user_ns;
	int shm; /* a detached mount, or a mount namespace whose root it is */
	pid_t reaper_pid;
	int reaper_fd;
	struct container *containers;
	bool ending;
	struct reply_to ender;
	uint64_t end_at;
};

extern struct shim shim;

#define OUTPUT_GRACE_NS 200000000u /* how long an exit waits for the last output */

/* One request, as the operations see it. fds not taken are closed by the caller. */
struct request {
	struct reply_to to;
	struct reader body;
	int *fds;
	size_t fd_count;
};

/* server.c */
int serve(int listener, int connection);
void reply_done(const struct reply_to *to, const struct writer *body, const int *fds, size_t count);
void reply_ok(const struct reply_to *to);
void reply_failure(const struct reply_to *to, const struct failure *f);
void broadcast(const struct writer *message);

/* operations.c */
void handle_request(struct request *r);

/* pod.c */
int prepare_pod(const struct pod_plan *plan, struct failure *f);

/* Names a pod whose namespaces were made before anybody asked for it; the plan asks for the same. */
int complete_pod(const struct pod_plan *plan, struct failure *f);
int open_netlink_in_pod(struct failure *f);
/* Two TCP sockets in the pod's network, not connected and not blocking: IPv4, and IPv6 or -1. */
int open_tcp_in_pod(int fds[2], struct failure *f);
void drop_pod(void);
/* Does work in a child that shares memory and descriptors, and sleeps until it is gone. */
int run_child(int (*work)(void *), void *argument, struct failure *f);

/* shm.c */
int make_shm(const struct pod_plan *plan, struct failure *f);

/* reaper.c */
int start_reaper(struct failure *f);

/* creation.c */
void create_container(struct request *r, bool foreign);
/* Has the runtime that made a container run its start. */
void start_by_runtime(struct request *r);

/* containers.c */
struct container *find_container(const char *id);
/* In no list yet; NULL without memory. */
struct container *new_container(const char *id);
void free_container(struct container *c);
/* Listens to what a container's helper and init say. */
void watch_container(struct container *c, int channel);
void start_container(struct container *c, struct request *r);
void remove_container(struct container *c, struct request *r);
void kill_container(struct container *c);
void signal_container(struct container *c, int signal, bool all);
bool any_alive(void);
/* Whether every container has ended, its output is written and its exit reported. */
bool all_told(void);
/* Reads what init and its helper said, without waiting. */
void hear_container(struct container *c);
/* Goes on after something ended: answers, or forgets the container. */
void settle_container(struct container *c);
void container_ended(struct container *c, const struct exit_facts *facts);

/* sessions.c */
void exec_session(struct request *r, bool foreign);
struct session *find_session(const struct container *c, const char *id);
void kill_session(struct session *s);
void hear_session(struct session *s);
void settle_session(struct session *s);
void drop_sessions(struct container *c);

/* hangup.c */
/* The client of a session is gone: HUP, then TERM, then KILL, with time between them. */
void hang_up_session(struct session *s);
/* Hangs up all sessions that a connection has begun. */
void hang_up_connection(uint32_t connection);
/* Takes the steps that are due; returns ms until the next one is, or -1. */
int go_on_hanging_up(void);

/* attach.c */
void attach_container(struct container *c, struct request *r);

/* reap.c */
int open_child_signals(void);
void reap_children(void);
/* Reports what is due; returns ms until the next thing is, or -1. */
int tell_exits(void);
void write_exit_record(int fd, const struct exit_facts *facts);
void write_facts(struct writer *w, const struct exit_facts *facts);

/* clock.c */
uint64_t wall_clock(void);
uint64_t steady_clock(void);

#endif
