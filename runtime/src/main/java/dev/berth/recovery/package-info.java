/**
 * What a daemon does with what an earlier one left: the journal says what was intended, the shims
 * say what there is, and the two are made one.
 *
 * <p>Threads: runs once, on the thread that starts the daemon, before the socket answers; shims are
 * asked, and what has to be taken down is taken down, by a few threads at once.
 */
@NullMarked
package dev.berth.recovery;

import org.jspecify.annotations.NullMarked;
