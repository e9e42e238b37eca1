/**
 * System call filters: profiles, and their way to a program the kernel runs.
 *
 * <p>A {@link dev.berth.seccomp.SeccompProfile} says what happens to which call; {@link
 * dev.berth.seccomp.DefaultProfile} is our own for RuntimeDefault. {@link
 * dev.berth.seccomp.SeccompFilters} turns a profile into a program, once, and keeps it: compiling
 * takes milliseconds and has no place in a pod's start, so the default is compiled at the daemon's
 * start.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A profile that cannot be turned into a program is a failure, never "no filter".
 *   <li>Names that neither libseccomp nor {@link dev.berth.seccomp.NewCalls} knows are skipped, as
 *       other runtimes do: a profile may be newer than the machine.
 *   <li>Where a profile's default is EPERM, a call newer than all it speaks of gets ENOSYS, so that
 *       programs fall back to what the profile's author knew.
 *   <li>A call by way of an architecture that the profile does not list gets ENOSYS.
 * </ul>
 *
 * <p>Threads: profiles and programs are immutable. {@code SeccompFilters} may be called from any
 * platform thread.
 */
@NullMarked
package dev.berth.seccomp;

import org.jspecify.annotations.NullMarked;
