/**
 * Exec, attach and port-forward: the verbs that answer a URL, and the server behind it.
 *
 * <p>{@link dev.berth.streaming.StreamingServer} takes connections, {@link
 * dev.berth.streaming.UpgradeHandler} exchanges a token for a {@link dev.berth.streaming.Grant},
 * and {@link dev.berth.streaming.Conversations} puts what was negotiated on the connection: the
 * protocols are in the packages below, and know nothing of containers.
 *
 * <p>Threads: two event loops carry all connections, and each connection's descriptors with it;
 * what waits for a shim runs on a bounded pool of platform threads.
 */
@NullMarked
package dev.berth.streaming;

import org.jspecify.annotations.NullMarked;
