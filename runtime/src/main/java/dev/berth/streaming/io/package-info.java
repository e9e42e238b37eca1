/**
 * Descriptors of the kernel on netty's event loops: the pipes, terminals and sockets that streaming
 * copies from and to.
 *
 * <p>Threads: a stream belongs to one event loop, and is touched on its thread only.
 */
@NullMarked
package dev.berth.streaming.io;

import org.jspecify.annotations.NullMarked;
