/* What is made inside a container's root once its mounts are there. */
#ifndef BERTH_INSIDE_H
#define BERTH_INSIDE_H

#include "plan.h"

/* A node at a path in root, owned as the machine knows its owner. */
int make_device(int root, const char *path, const struct device_node *d, struct failure *f);
int make_devices(int root, const struct container_plan *plan, struct failure *f);
int make_symlinks(int root, const struct text_list *links, struct failure *f);

/* Hides paths: directories under an empty read-only tmpfs, the rest under null_device. */
int mask_paths(int root, const struct text_list *paths, int null_device, struct failure *f);
int make_readonly(int root, const struct text_list *paths, struct failure *f);

/* The machine's /dev/null as a detached mount, proved to be character device 1:3. */
int open_null_device(struct failure *f);

/* Writes key, value, ... below sys of this procfs, which nobody else can have tampered with. */
int write_sysctls(int proc, const struct text_list *sysctls, struct failure *f);

/* A terminal of the container's own devpts, owned by uid; master and slave as below. */
int open_terminal(int root, uint32_t uid, int *slave, struct failure *f);

/* The same with its slave bound to /dev/console.
 * The slave comes back in *slave, the master is returned. */
int make_console(int root, uint32_t uid, int *slave, struct failure *f);

#endif
