/* The only way to name a file inside a container's root. The image is hostile: every path is
 * resolved by the kernel with the root as the ceiling (openat2, PATH_IN_ROOT), symbolic links
 * cannot lead out, and what is missing is made relative to a directory descriptor. */
#ifndef BERTH_PATHS_H
#define BERTH_PATHS_H

#include "base.h"

/* Opens; flags as for open, O_CLOEXEC added. -1 with errno. */
int root_open(int root, const char *path, int flags);

/* The same, refusing every symbolic link on the way (ELOOP). */
int root_open_nolink(int root, const char *path, int flags);

/* An O_PATH descriptor of the path, which is made when missing: a directory, or an empty file.
 * What is there must be of that kind. -1 with the failure noted. */
int root_make(int root, const char *path, bool directory, struct failure *f);

/* An O_PATH descriptor of the directory that holds the path's last part, made when missing;
 * *name is set to that last part. */
int root_parent(int root, const char *path, const char **name, struct failure *f);

#endif
