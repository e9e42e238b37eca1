/**
 * The benchmark of whole pod lives over any CRI socket.
 *
 * <p>Times are taken in the client, around the blocking call, after the client itself has been
 * warmed on a server of its own: the first pod measured is the daemon's first, not the client's.
 */
@NullMarked
package dev.berth.e2e.bench;

import org.jspecify.annotations.NullMarked;
