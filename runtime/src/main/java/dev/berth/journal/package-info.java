/**
 * The record of what Berth has made or is about to make: an append-only file of checksummed
 * records.
 *
 * <p>A record is on its way to the disk when {@code put} returns: it survives kill -9 of the daemon
 * at once and a reboot in order, because the file lies on a disk and the kernel writes it back; it
 * is synced by a thread in the background and never on the path of a request, so a power cut can
 * take back the last seconds, in which case the machine has no pods either. What a power cut leaves
 * is the state of an earlier moment: a new file is synced before it takes the name, and records
 * count up to the first that is not whole.
 *
 * <p>Threads: a journal may be used from any platform thread; its lock is held for one {@code
 * write} and is a leaf of the lock order.
 */
@NullMarked
package dev.berth.journal;

import org.jspecify.annotations.NullMarked;
