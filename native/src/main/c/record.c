/* The parser of plan records; see plan.h for the format. Every read goes through take(). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "plan.h"

struct cursor {
	struct plan_memory *memory;
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

static const uint8_t *take(struct cursor *c, size_t length)
{
	if (c->bad || (size_t)(c->end - c->at) < length) {
		c->bad = true;
		return NULL;
	}
	const uint8_t *start = c->at;
	c->at += length;
	return start;
}

static uint32_t take_u32(struct cursor *c)
{
	uint32_t value = 0;
	const uint8_t *bytes = take(c, sizeof value);
	if (bytes)
		memcpy(&value, bytes, sizeof value);
	return value;
}

static uint64_t take_u64(struct cursor *c)
{
	uint64_t value = 0;
	const uint8_t *bytes = take(c, sizeof value);
	if (bytes)
		memcpy(&value, bytes, sizeof value);
	return value;
}

static uint32_t take_upto(struct cursor *c, uint32_t most)
{
	uint32_t value = take_u32(c);
	if (value > most)
		c->bad = true;
	return value;
}

static const char *take_text(struct cursor *c)
{
	size_t length = take_u32(c);
	const uint8_t *bytes = take(c, length + 1);
	if (!bytes || memchr(bytes, 0, length + 1) != bytes + length) {
		c->bad = true;
		return "";
	}
	return (const char *)bytes;
}

/* A path that may be absent, but is absolute when it is there. */
static const char *take_path(struct cursor *c)
{
	const char *path = take_text(c);
	if (*path && *path != '/')
		c->bad = true;
	return path;
}

static const char *take_some_path(struct cursor *c)
{
	const char *path = take_path(c);
	if (!*path)
		c->bad = true;
	return path;
}

static void *take_room(struct cursor *c, size_t count, size_t size)
{
	struct plan_memory *m = c->memory;
	size_t start = (m->used + 7) & ~(size_t)7;
	if (c->bad || start > m->size || (m->size - start) / size < count) {
		c->bad = true;
		return NULL;
	}
	m->used = start + count * size;
	return m->base + start;
}

/* A count that cannot be larger than what the rest of the record could hold. */
static uint32_t take_count(struct cursor *c, size_t least_item)
{
	uint32_t count = take_u32(c);
	if ((size_t)(c->end - c->at) / least_item < count) {
		c->bad = true;
		return 0;
	}
	return count;
}

typedef const char *(*text_reader)(struct cursor *);

static void take_texts(struct cursor *c, struct text_list *list, uint32_t each, text_reader reader)
{
	uint32_t count = take_count(c, 5u * each) * each;
	list->items = take_room(c, (size_t)count + 1, sizeof *list->items);
	if (c->bad) {
		static const char *none[1];
		*list = (struct text_list){0, none};
		return;
	}
	list->count = count;
	for (uint32_t i = 0; i < count; i++)
		list->items[i] = reader(c);
	list->items[count] = NULL;
}

/* Only an image has layers, and only its record has room for them. */
static void take_layers(struct cursor *c, struct mount_op *op)
{
	static const char *none[1];
	op->layers = (struct text_list){0, none};
	if (op->kind != MOUNT_IMAGE)
		return;
	take_texts(c, &op->layers, 1, take_some_path);
	if (op->layers.count == 0)
		c->bad = true;
}

static void take_mounts(struct cursor *c, struct container_plan *plan)
{
	plan->mount_count = take_count(c, 38);
	plan->mounts = take_room(c, plan->mount_count, sizeof *plan->mounts);
	for (uint32_t i = 0; !c->bad && i < plan->mount_count; i++) {
		struct mount_op *op = &plan->mounts[i];
		op->kind = take_upto(c, MOUNT_IMAGE);
		op->target = take_some_path(c);
		op->attr = take_u32(c);
		op->source = take_path(c);
		op->bind_flags = take_u32(c);
		op->propagation = take_upto(c, PROPAGATE_SHARED);
		op->size = take_u64(c);
		op->mode = take_upto(c, 07777);
		take_layers(c, op);
		op->fd = -1;
		if (op->kind == 0 || (op->kind == MOUNT_BIND && !*op->source))
			c->bad = true;
	}
}

static void take_devices(struct cursor *c, struct container_plan *plan)
{
	plan->device_count = take_count(c, 29);
	plan->devices = take_room(c, plan->device_count, sizeof *plan->devices);
	for (uint32_t i = 0; !c->bad && i < plan->device_count; i++) {
		struct device_node *d = &plan->devices[i];
		d->path = take_some_path(c);
		d->block = take_upto(c, 1);
		d->major = take_u32(c);
		d->minor = take_u32(c);
		d->mode = take_upto(c, 07777);
		d->uid = take_u32(c);
		d->gid = take_u32(c);
	}
}

static void take_groups(struct cursor *c, struct process_plan *p)
{
	p->group_count = take_count(c, 4);
	p->groups = take_room(c, p->group_count, sizeof *p->groups);
	for (uint32_t i = 0; !c->bad && i < p->group_count; i++)
		p->groups[i] = take_u32(c);
}

static void take_rlimits(struct cursor *c, struct process_plan *p)
{
	p->rlimit_count = take_count(c, 20);
	p->rlimits = take_room(c, p->rlimit_count, sizeof *p->rlimits);
	for (uint32_t i = 0; !c->bad && i < p->rlimit_count; i++) {
		p->rlimits[i].resource = take_upto(c, 64);
		p->rlimits[i].soft = take_u64(c);
		p->rlimits[i].hard = take_u64(c);
	}
}

static void take_process(struct cursor *c, struct process_plan *p)
{
	take_texts(c, &p->args, 1, take_text);
	take_texts(c, &p->env, 1, take_text);
	p->cwd = take_some_path(c);
	p->uid = take_upto(c, UINT32_MAX - 1);
	p->gid = take_upto(c, UINT32_MAX - 1);
	take_groups(c, p);
	p->cap_bounding = take_u64(c);
	p->cap_effective = take_u64(c);
	p->cap_permitted = take_u64(c);
	p->cap_ambient = take_u64(c);
	p->no_new_privs = take_upto(c, 1);
	p->filter_bytes = take_upto(c, 4096 * 8);
	p->filter = take(c, p->filter_bytes);
	take_rlimits(c, p);
	p->has_oom_score = take_upto(c, 1);
	p->oom_score = (int32_t)take_u32(c);
	p->umask = take_upto(c, 0777);
	if (p->args.count == 0 || p->filter_bytes % 8 != 0 || p->oom_score < -1000 ||
	    p->oom_score > 1000)
		c->bad = true;
}

static struct cursor begin(struct plan_memory *memory, enum plan_kind kind)
{
	struct cursor c = {memory, memory->base, memory->base + memory->record, false};
	memory->used = memory->record;
	uint32_t magic = take_u32(&c);
	uint32_t versions = take_u32(&c);
	uint32_t length = take_u32(&c);
	uint32_t zero = take_u32(&c);
	if (magic != PLAN_MAGIC || versions != (PLAN_VERSION | (uint32_t)kind << 16) ||
	    length != memory->record || zero != 0)
		c.bad = true;
	return c;
}

static int finish(const struct cursor *c)
{
	return c->bad || c->at != c->end ? -1 : 0;
}

int plan_read_pod(struct plan_memory *memory, struct pod_plan *plan)
{
	struct cursor c = begin(memory, PLAN_POD);
	plan->flags = take_upto(&c, POD_NET | POD_IPC | POD_UTS | POD_SHARED_PID | POD_USERS);
	plan->hostname = take_text(&c);
	plan->shm_bytes = take_u64(&c);
	take_texts(&c, &plan->sysctls, 2, take_text);
	plan->uid_first = take_u32(&c);
	plan->uid_length = take_u32(&c);
	plan->gid_first = take_u32(&c);
	plan->gid_length = take_u32(&c);
	return finish(&c);
}

static void take_namespaces(struct cursor *c, struct container_plan *plan)
{
	plan->ns_net = take_upto(c, NS_HOST);
	plan->ns_ipc = take_upto(c, NS_HOST);
	plan->ns_uts = take_upto(c, NS_HOST);
	plan->ns_pid = take_upto(c, NS_TARGET);
	plan->ns_cgroup = take_upto(c, NS_HOST);
	plan->target = take_text(c);
}

int plan_read_container(struct plan_memory *memory, struct container_plan *plan)
{
	struct cursor c = begin(memory, PLAN_CONTAINER);
	plan->id = take_text(&c);
	take_namespaces(&c, plan);
	take_texts(&c, &plan->cgroups, 1, take_some_path);
	plan->hostname = take_text(&c);
	take_texts(&c, &plan->lower, 1, take_some_path);
	plan->upper = take_path(&c);
	plan->work = take_path(&c);
	plan->root_readonly = take_upto(&c, 1);
	take_mounts(&c, plan);
	take_devices(&c, plan);
	take_texts(&c, &plan->symlinks, 2, take_text);
	take_texts(&c, &plan->masked, 1, take_some_path);
	take_texts(&c, &plan->readonly, 1, take_some_path);
	take_texts(&c, &plan->sysctls, 2, take_text);
	take_process(&c, &plan->process);
	plan->log_path = take_path(&c);
	plan->stdio_flags = take_upto(&c, STDIO_TTY | STDIO_STDIN | STDIO_STALL);
	plan->max_line = take_upto(&c, 1u << 20);
	plan->exit_path = take_some_path(&c);
	if (!*plan->id || strlen(plan->id) > 128 || plan->lower.count == 0 || plan->max_line < 64 ||
	    !*plan->upper != !*plan->work)
		c.bad = true;
	return finish(&c);
}

int plan_read_exec(struct plan_memory *memory, struct exec_plan *plan)
{
	struct cursor c = begin(memory, PLAN_EXEC);
	plan->container = take_text(&c);
	plan->id = take_text(&c);
	take_process(&c, &plan->process);
	plan->stdio_flags = take_upto(&c, STDIO_TTY);
	take_texts(&c, &plan->cgroups, 1, take_some_path);
	if (!*plan->id || strlen(plan->id) > 128)
		c.bad = true;
	return finish(&c);
}

/* What the lists can need at most is bounded by the record: an item of at least 4 bytes never
 * needs more than 16, and untouched pages cost nothing. */
static bool reserve(struct plan_memory *memory, size_t length)
{
	size_t size = length * 5 + 4096;
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		return false;
	*memory = (struct plan_memory){base, size, length, length};
	return true;
}

bool plan_copy(struct plan_memory *memory, const uint8_t *bytes, size_t length)
{
	if (length > PLAN_MAX_BYTES || !reserve(memory, length))
		return false;
	if (length > 0)
		memcpy(memory->base, bytes, length);
	return true;
}

int plan_load(struct plan_memory *memory, int memfd, struct failure *f)
{
	struct stat st;
	if (fstat(memfd, &st) < 0 || !S_ISREG(st.st_mode))
		return fail(f, FAIL_MACHINE, EINVAL, "read plan", "not a file");
	if (st.st_size < PLAN_HEADER || st.st_size > (off_t)PLAN_MAX_BYTES)
		return fail(f, FAIL_MACHINE, EMSGSIZE, "read plan", "size");
	size_t length = (size_t)st.st_size;
	if (!reserve(memory, length))
		return fail(f, FAIL_MACHINE, ENOMEM, "read plan", "");
	for (size_t done = 0; done < length;) {
		ssize_t got = pread(memfd, memory->base + done, length - done, (off_t)done);
		if (got <= 0) {
			plan_free(memory);
			return fail(f, FAIL_MACHINE, got < 0 ? errno : EIO, "read plan", "");
		}
		done += (size_t)got;
	}
	return 0;
}

void plan_free(struct plan_memory *memory)
{
	if (memory->base)
		munmap(memory->base, memory->size);
	memory->base = NULL;
}
