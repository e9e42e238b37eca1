/**
 * A node put together: which parts there are, in which order they start and stop, and which verb
 * answers which method.
 *
 * <p>Threads: opened and closed by the thread that runs the daemon.
 */
@NullMarked
package dev.berth.node;

import org.jspecify.annotations.NullMarked;
