/**
 * The daemon's life: what is started in which order, and stopped in reverse.
 *
 * <p>{@link dev.berth.daemon.Daemon} is the composition root. It makes the directories, takes the
 * locks that keep a second daemon away from them, opens the services that answer the CRI ({@link
 * dev.berth.daemon.CriServices}), listens, and says so. Closing it does the same in reverse, goes
 * on when a part fails, and ends no pod: a pod belongs to its shim.
 *
 * <p>Threads: starting and stopping happen on one thread each, never at once.
 */
@NullMarked
package dev.berth.daemon;

import org.jspecify.annotations.NullMarked;
