/**
 * Who a container's process runs as: user, groups and home directory, resolved against the image's
 * own {@code /etc/passwd} and {@code /etc/group}.
 *
 * <p>An image's USER and its account files are hostile input. The rules:
 *
 * <ul>
 *   <li>A user or group that is written as a number is a number: it is never looked up as a name,
 *       and it must lie between 0 and 2147483647, the range that Kubernetes allows. A number that
 *       would wrap around to root is refused, not cut.
 *   <li>A name must have an entry; an entry whose id is not such a number refuses the container.
 *   <li>A user id without an entry is fine: its group is then 0, its home {@code /}.
 *   <li>The list for setgroups(2) holds the primary group first. Without that, a file that denies
 *       its group would be open to a process that merely changed its primary group.
 *   <li>The files are read bounded; what is malformed in them is passed over, never guessed at.
 * </ul>
 *
 * <p>Threads: everything is immutable and pure.
 */
@NullMarked
package dev.berth.spec.user;

import org.jspecify.annotations.NullMarked;
