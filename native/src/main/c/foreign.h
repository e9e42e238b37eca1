/* Containers that an OCI runtime of somebody else's (runc, crun) makes, for pods of a runtime
 * handler. The shim stays what it is for our own: keeper of the pod's namespaces, parent of what
 * runs, owner of stdio and log, recorder of exits.
 *
 *   shim ──fork──► helper (a mount namespace of its own)
 *                    │ root at BUNDLE/rootfs, the pod's shm and namespaces at BUNDLE/shm, BUNDLE/ns
 *                    ├──fork──► runtime create ──► its init, a child of the shim when create ended
 *                    │ reads the pid that the runtime wrote, sees to its cgroups
 *                    └ PID and READY to the shim, exits; start and exec go the same way
 *
 * The plans are the ones of our own engine, with another process in them: the runtime's command
 * line, run in the bundle. The daemon has written config.json there, and an empty file or folder
 * for all that is mounted. A command NAME may leave NAME.log (why it failed), NAME.pid and, with a
 * terminal, finds the socket NAME.sock to send the terminal to. */
#ifndef BERTH_FOREIGN_H
#define BERTH_FOREIGN_H

#include "init.h"

_Noreturn void foreign_create_helper(struct container_plan *plan, const int fds[SLOT_END]);

/* Runs a command that makes nothing; READY when it succeeded. */
_Noreturn void foreign_command_helper(struct exec_plan *plan, const int fds[SLOT_END]);

_Noreturn void foreign_exec_helper(struct exec_plan *plan, const int fds[SLOT_END]);

#endif
