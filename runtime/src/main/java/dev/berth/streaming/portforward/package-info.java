/**
 * Port forwarding: {@link dev.berth.streaming.portforward.ForwardConnection} joins a client's
 * connection with one to a port inside a pod, whatever the client speaks.
 *
 * <p>Threads: a connection lives on its client's event loop; the pod's shim, which gives the
 * sockets, is waited for on a pool beside it.
 */
@NullMarked
package dev.berth.streaming.portforward;

import org.jspecify.annotations.NullMarked;
