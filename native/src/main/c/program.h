/* The command of a process: found as the user who will run it, and run. */
#ifndef BERTH_PROGRAM_H
#define BERTH_PROGRAM_H

#include <limits.h>

#include "plan.h"

/* Finds the command in the calling process's root, as its user. */
int find_program(const struct process_plan *p, char path[PATH_MAX], struct failure *f);

/* Enters the working directory. *later is set when only the final user may be able to. */
int enter_cwd(const char *cwd, bool *later, struct failure *f);

/* Gives signals back their defaults, so that the program starts like any other. */
void reset_signals(void);

/* Gets a session, a keyring and, with terminal, the terminal on stdin for controlling one. */
int lead_session(bool terminal, struct failure *f);

/* From privileged to the final user, filter included unless no_new_privs lets it come last.
 * path is the command found. */
int become_final(const struct process_plan *p, bool terminal, char path[PATH_MAX],
		 struct failure *f);

/* The last steps: the filter that had to wait, the descriptors, exec. Returns only on failure. */
void run_program(const struct process_plan *p, const char *path, struct failure *f);

#endif
