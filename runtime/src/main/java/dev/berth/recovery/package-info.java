/**
 * What a daemon does with what an earlier one left: the journal says what was intended, the shims
 * say what there is, and the two are made one.
 *
 * <p>Threads: runs once, on the thread that starts the daemon, before the socket answers.
 */
@NullMarked
package dev.berth.recovery;

import org.jspecify.annotations.NullMarked;
