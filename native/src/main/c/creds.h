/* Giving up privileges, in the one right order. */
#ifndef BERTH_CREDS_H
#define BERTH_CREDS_H

#include "plan.h"

int set_rlimits(const struct process_plan *p, struct failure *f);

/* Bounding set, groups, ids; afterwards this thread is the final user. A permitted SYS_ADMIN may
 * be kept until drop_capabilities, for loading a filter without no_new_privs. */
int become_user(const struct process_plan *p, struct failure *f);

/* Makes the capability sets what the plan says, ambient included, and nothing more. */
int drop_capabilities(const struct process_plan *p, struct failure *f);

int set_no_new_privs(struct failure *f);
int load_filter(const struct process_plan *p, struct failure *f);

/* Gets SYS_ADMIN back into the effective set, for load_filter. */
int raise_for_filter(const struct process_plan *p, struct failure *f);

#endif
