/* Runs one program of somebody else's (a CNI plugin, a hook) so that it leaves nothing behind:
 *
 *   berth-shim --run DIRECTORY MILLISECONDS BYTES PROGRAM [ARGUMENT]...
 *
 *   0  the program's input          3  one line about how it ended
 *   1  where its output is copied   4  a pipe whose other end is the daemon: when that is closed,
 *   2  the same for its errors         nobody waits any more and the program is ended
 *
 * The program leads a session of its own; at its end, at the deadline, after too many bytes and
 * with the daemon, everything that it started is killed. The line is one of
 *
 *   exit CODE | signal NUMBER | deadline | output | start ERRNO | alone */
#ifndef BERTH_OUTSIDE_H
#define BERTH_OUTSIDE_H

int run_outside(int argc, char **argv);

#endif
