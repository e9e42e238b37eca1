/* What the daemon may ask for, one small function an operation. */
#include <signal.h>
#include <string.h>

#include "channel.h"
#include "shim.h"

#define ID_ROOM 129
#define PAGE_BYTES 32768

static void refuse(const struct request *r, enum fail_kind kind, int err, const char *step,
		   const char *detail)
{
	struct failure f;
	fail(&f, kind, err, step, detail);
	reply_failure(&r->to, &f);
}

static void hello(struct request *r)
{
	uint8_t room[512];
	struct writer body = {room, 0, sizeof room, false};
	uint32_t version = read_u32(&r->body);
	if (r->body.bad || version == 0) {
		refuse(r, FAIL_STATE, EPROTO, "say hello", "version");
		return;
	}
	write_u32(&body, WIRE_VERSION);
	write_u32(&body, PLAN_VERSION);
	write_u32(&body, (uint32_t)getpid());
	write_text(&body, shim.pod);
	reply_done(&r->to, &body, NULL, 0);
}

/* Flags: 1 a network namespace follows, 2 a netlink socket follows. */
static void reply_namespaces(struct request *r)
{
	uint8_t room[4];
	struct writer body = {room, 0, sizeof room, false};
	struct failure f;
	if (shim.net_ns < 0) {
		write_u32(&body, 0);
		reply_done(&r->to, &body, NULL, 0);
		return;
	}
	AUTO_FD netlink = open_netlink_in_pod(&f);
	if (netlink < 0) {
		reply_failure(&r->to, &f);
		return;
	}
	int fds[] = {shim.net_ns, netlink};
	write_u32(&body, 3);
	reply_done(&r->to, &body, fds, 2);
}

static void with_pod_plan(struct request *r,
			  int (*act)(const struct pod_plan *plan, struct failure *f))
{
	struct failure f;
	struct plan_memory memory;
	struct pod_plan plan;
	if (plan_load(&memory, r->fds[0], &f) < 0) {
		reply_failure(&r->to, &f);
		return;
	}
	int result = plan_read_pod(&memory, &plan);
	if (result < 0)
		fail(&f, FAIL_MACHINE, EBADMSG, "read pod plan", "");
	else
		result = act(&plan, &f);
	plan_free(&memory);
	if (result < 0)
		reply_failure(&r->to, &f);
	else
		reply_namespaces(r);
}

static void prepare(struct request *r)
{
	if (shim.prepared || r->fd_count != 1)
		refuse(r, FAIL_STATE, EALREADY, "prepare pod", shim.pod);
	else
		with_pod_plan(r, prepare_pod);
}

static void complete(struct request *r)
{
	if (!shim.prepared || r->fd_count != 1)
		refuse(r, FAIL_STATE, ENOENT, "complete pod", shim.pod);
	else
		with_pod_plan(r, complete_pod);
}

static void pod_namespaces(struct request *r)
{
	if (shim.prepared)
		reply_namespaces(r);
	else
		refuse(r, FAIL_STATE, ENOENT, "give pod namespaces", shim.pod);
}

static struct container *wanted(struct request *r, const char *step)
{
	char id[ID_ROOM];
	read_text(&r->body, id, sizeof id);
	struct container *c = r->body.bad ? NULL : find_container(id);
	if (!c)
		refuse(r, FAIL_NOT_FOUND, 0, step, id);
	return c;
}

static void start(struct request *r)
{
	struct container *c = wanted(r, "start container");
	if (c)
		start_container(c, r);
}

static void create(struct request *r)
{
	create_container(r, false);
}

static void create_by_runtime(struct request *r)
{
	create_container(r, true);
}

static void exec(struct request *r)
{
	exec_session(r, false);
}

static void exec_by_runtime(struct request *r)
{
	exec_session(r, true);
}

static void send_signal(struct request *r)
{
	struct container *c = wanted(r, "signal container");
	if (!c)
		return;
	uint32_t number = read_u32(&r->body);
	uint32_t all = read_u32(&r->body);
	if (r->body.bad || number == 0 || number > 64) {
		refuse(r, FAIL_REQUEST, EINVAL, "signal container", c->id);
		return;
	}
	signal_container(c, (int)number, all != 0);
	reply_ok(&r->to);
}

static void kill_all(struct request *r)
{
	struct container *c = wanted(r, "kill container");
	if (!c)
		return;
	kill_container(c);
	reply_ok(&r->to);
}

static void forget(struct request *r)
{
	char id[ID_ROOM];
	read_text(&r->body, id, sizeof id);
	struct container *c = r->body.bad ? NULL : find_container(id);
	if (c)
		remove_container(c, r);
	else
		reply_ok(&r->to);
}

static void end_session(struct request *r)
{
	char id[ID_ROOM];
	struct container *c = wanted(r, "kill exec session");
	if (!c)
		return;
	read_text(&r->body, id, sizeof id);
	struct session *s = r->body.bad ? NULL : find_session(c, id);
	if (s)
		kill_session(s);
	reply_ok(&r->to);
}

static void hang_up(struct request *r)
{
	char id[ID_ROOM];
	struct container *c = wanted(r, "hang up exec session");
	if (!c)
		return;
	read_text(&r->body, id, sizeof id);
	struct session *s = r->body.bad ? NULL : find_session(c, id);
	if (s)
		hang_up_session(s);
	reply_ok(&r->to);
}

static void pod_sockets(struct request *r)
{
	int fds[2] = {-1, -1};
	uint8_t nothing[1];
	struct writer body = {nothing, 0, 0, false};
	struct failure f;
	if (!shim.prepared) {
		refuse(r, FAIL_STATE, ENOENT, "open sockets in pod", shim.pod);
		return;
	}
	if (open_tcp_in_pod(fds, &f) < 0)
		reply_failure(&r->to, &f);
	else
		reply_done(&r->to, &body, fds, fds[1] < 0 ? 1 : 2);
	close_fd(&fds[0]);
	close_fd(&fds[1]);
}

static void attach(struct request *r)
{
	struct container *c = wanted(r, "attach to container");
	if (c)
		attach_container(c, r);
}

static void close_stdin(struct request *r)
{
	struct container *c = wanted(r, "close stdin of container");
	if (!c)
		return;
	close_fd(&c->stdin_fd);
	reply_ok(&r->to);
}

static void reopen(struct request *r)
{
	struct failure f;
	struct container *c = wanted(r, "reopen log");
	if (!c)
		return;
	if (!c->log || log_reopen(c->log, &f) == 0)
		reply_ok(&r->to);
	else
		reply_failure(&r->to, &f);
}

/* u32 how many follow, then each: text id, u32 pid, u32 state, exit facts; u32 1 when there are
 * more. The request says how many to skip. */
static void inventory(struct request *r)
{
	static const uint8_t states[] = {
		[CREATING] = 0, [CREATED] = 1, [STARTING] = 2, [RUNNING] = 2, [EXITED] = 3};
	uint8_t room[PAGE_BYTES + 1024];
	struct writer body = {room, 4, sizeof room, false};
	uint32_t skip = read_u32(&r->body);
	uint32_t count = 0;
	const struct container *c = shim.containers;
	for (; c && skip > 0; skip--)
		c = c->next;
	for (; c && body.length < PAGE_BYTES; c = c->next) {
		if (c->state == CREATING)
			continue;
		write_text(&body, c->id);
		write_u32(&body, (uint32_t)c->pid);
		write_u32(&body, states[c->state]);
		write_facts(&body, &c->exit);
		count++;
	}
	write_u32(&body, c != NULL);
	memcpy(room, &count, sizeof count);
	reply_done(&r->to, &body, NULL, 0);
}

/* u32 how many follow, then each: text id, u64 bytes written, u64 bytes dropped, u64 lines dropped;
 * u32 1 when there are more. The request says how many to skip. */
static void log_counts(struct request *r)
{
	uint8_t room[PAGE_BYTES + 1024];
	struct writer body = {room, 4, sizeof room, false};
	uint32_t skip = read_u32(&r->body);
	uint32_t count = 0;
	const struct container *c = shim.containers;
	for (; c && skip > 0; skip--)
		c = c->next;
	for (; c && body.length < PAGE_BYTES; c = c->next, count++) {
		struct log_counts counts = {0, 0, 0};
		if (c->log)
			log_count(c->log, &counts);
		write_text(&body, c->id);
		write_u64(&body, counts.written);
		write_u64(&body, counts.dropped);
		write_u64(&body, counts.dropped_lines);
	}
	write_u32(&body, c != NULL);
	memcpy(room, &count, sizeof count);
	reply_done(&r->to, &body, NULL, 0);
}

static void end(struct request *r)
{
	uint32_t force = read_u32(&r->body);
	if (!force && any_alive()) {
		refuse(r, FAIL_STATE, EBUSY, "end shim", "containers live");
		return;
	}
	for (struct container *c = shim.containers; c; c = c->next)
		kill_container(c);
	shim.ending = true;
	shim.ender = r->to;
	shim.end_at = steady_clock() + 2000000000u;
}

void handle_request(struct request *r)
{
	static void (*const operations[])(struct request *) = {
		[OP_HELLO] = hello,
		[OP_PREPARE_POD] = prepare,
		[OP_POD_NAMESPACES] = pod_namespaces,
		[OP_CREATE] = create,
		[OP_START] = start,
		[OP_SIGNAL] = send_signal,
		[OP_KILL] = kill_all,
		[OP_REMOVE] = forget,
		[OP_EXEC] = exec,
		[OP_KILL_EXEC] = end_session,
		[OP_REOPEN_LOG] = reopen,
		[OP_INVENTORY] = inventory,
		[OP_END] = end,
		[OP_HANG_UP_EXEC] = hang_up,
		[OP_POD_SOCKETS] = pod_sockets,
		[OP_ATTACH] = attach,
		[OP_CLOSE_STDIN] = close_stdin,
		[OP_COMPLETE_POD] = complete,
		[OP_CREATE_BY_RUNTIME] = create_by_runtime,
		[OP_START_BY_RUNTIME] = start_by_runtime,
		[OP_EXEC_BY_RUNTIME] = exec_by_runtime,
		[OP_LOG_COUNTS] = log_counts,
	};
	size_t count = sizeof operations / sizeof *operations;
	if (r->to.operation == 0 || r->to.operation >= count || shim.ending)
		refuse(r, FAIL_STATE, ENOSYS, "serve operation", shim.ending ? "ending" : "unknown");
	else
		operations[r->to.operation](r);
}
