/* Fuzz target of the record parser, and a driver over files where libFuzzer is missing:
 *
 *   plan-dump FILE...    parses each file as every kind of plan and prints what it read
 *
 * Built with sanitizers only; never part of the shim. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static FILE *out;

static void show(const char *name, const char *text)
{
	if (out)
		fprintf(out, "%s=%s\n", name, text);
}

static void show_number(const char *name, uint64_t value)
{
	if (out)
		fprintf(out, "%s=%llu\n", name, (unsigned long long)value);
}

static void show_list(const char *name, const struct text_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		show(name, list->items[i]);
	if (list->items[list->count] != NULL)
		abort();
}

static void show_process(const struct process_plan *p)
{
	show_list("arg", &p->args);
	show_list("env", &p->env);
	show("cwd", p->cwd);
	show_number("uid", p->uid);
	show_number("gid", p->gid);
	for (uint32_t i = 0; i < p->group_count; i++)
		show_number("group", p->groups[i]);
	show_number("bounding", p->cap_bounding);
	show_number("effective", p->cap_effective);
	show_number("permitted", p->cap_permitted);
	show_number("ambient", p->cap_ambient);
	show_number("no_new_privs", p->no_new_privs);
	for (uint32_t i = 0; i < p->filter_bytes; i++)
		show_number("filter", p->filter[i]);
	for (uint32_t i = 0; i < p->rlimit_count; i++) {
		show_number("rlimit", p->rlimits[i].resource);
		show_number("soft", p->rlimits[i].soft);
		show_number("hard", p->rlimits[i].hard);
	}
	show_number("has_oom_score", p->has_oom_score);
	show_number("oom_score", (uint64_t)(int64_t)p->oom_score);
	show_number("umask", p->umask);
}

static void show_mount(const struct mount_op *op)
{
	show_number("mount", op->kind);
	show("target", op->target);
	show("source", op->source);
	show_number("attr", op->attr);
	show_number("how", op->bind_flags);
	show_number("propagation", op->propagation);
	show_number("size", op->size);
	show_number("mode", op->mode);
	show_list("layer", &op->layers);
}

static void show_device(const struct device_node *d)
{
	show("device", d->path);
	show_number("block", d->block);
	show_number("major", d->major);
	show_number("minor", d->minor);
	show_number("mode", d->mode);
	show_number("uid", d->uid);
	show_number("gid", d->gid);
}

static void show_container(const struct container_plan *p)
{
	show("container", p->id);
	show_number("net", p->ns_net);
	show_number("ipc", p->ns_ipc);
	show_number("uts", p->ns_uts);
	show_number("pid", p->ns_pid);
	show_number("cgroup_ns", p->ns_cgroup);
	show("target", p->target);
	show_list("cgroup", &p->cgroups);
	show("hostname", p->hostname);
	show_list("lower", &p->lower);
	show("upper", p->upper);
	show("work", p->work);
	show_number("readonly", p->root_readonly);
	for (uint32_t i = 0; i < p->mount_count; i++)
		show_mount(&p->mounts[i]);
	for (uint32_t i = 0; i < p->device_count; i++)
		show_device(&p->devices[i]);
	show_list("symlink", &p->symlinks);
	show_list("masked", &p->masked);
	show_list("readonly_path", &p->readonly);
	show_list("sysctl", &p->sysctls);
	show_process(&p->process);
	show("log", p->log_path);
	show_number("stdio", p->stdio_flags);
	show_number("max_line", p->max_line);
	show("exit", p->exit_path);
}

static void show_any(struct plan_memory *memory)
{
	struct pod_plan pod;
	struct container_plan container;
	struct exec_plan session;
	if (plan_read_pod(memory, &pod) == 0) {
		show("pod", pod.hostname);
		show_number("flags", pod.flags);
		show_number("shm", pod.shm_bytes);
		show_number("uid_first", pod.uid_first);
		show_number("uid_length", pod.uid_length);
		show_number("gid_first", pod.gid_first);
		show_number("gid_length", pod.gid_length);
		show_list("sysctl", &pod.sysctls);
	}
	if (plan_read_container(memory, &container) == 0)
		show_container(&container);
	if (plan_read_exec(memory, &session) == 0) {
		show("exec", session.id);
		show("container", session.container);
		show_process(&session.process);
		show_number("stdio", session.stdio_flags);
		show_list("cgroup", &session.cgroups);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct plan_memory memory;
	uint32_t honest = (uint32_t)length;
	if (!plan_copy(&memory, bytes, length))
		return 0;
	/* Mutations rarely get the length right, and then nothing behind it is tried. */
	if (!out && length >= PLAN_HEADER)
		memcpy(memory.base + 8, &honest, sizeof honest);
	show_any(&memory);
	plan_free(&memory);
	return 0;
}

#ifndef LIBFUZZER
int main(int argc, char **argv)
{
	out = stdout;
	for (int i = 1; i < argc; i++) {
		static uint8_t bytes[1 << 20];
		FILE *file = fopen(argv[i], "rb");
		if (!file)
			return 1;
		size_t length = fread(bytes, 1, sizeof bytes, file);
		fclose(file);
		(void)LLVMFuzzerTestOneInput(bytes, length);
	}
	return 0;
}
#endif
