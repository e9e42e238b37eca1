/**
 * The daemon as a process: started from its launcher with folders of its own, watched, ended.
 *
 * <p>Nothing of the daemon's code is used; what is known about it is its command line, its socket
 * and the names that carry its instance id.
 */
@NullMarked
package dev.berth.e2e.daemon;

import org.jspecify.annotations.NullMarked;
