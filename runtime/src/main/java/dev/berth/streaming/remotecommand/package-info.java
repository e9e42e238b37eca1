/**
 * Exec and attach: what clients speak ({@link dev.berth.streaming.remotecommand.SpdyRemote}, {@link
 * dev.berth.streaming.remotecommand.WebSocketRemote}), what they speak with ({@link
 * dev.berth.streaming.remotecommand.ExecSession}, {@link
 * dev.berth.streaming.remotecommand.AttachSession}), and the seam between the two: {@link
 * dev.berth.streaming.remotecommand.RemoteClient} and {@link
 * dev.berth.streaming.remotecommand.RemoteSession}.
 *
 * <p>Threads: a session lives on its client's event loop; what waits for a shim runs on a pool
 * beside it.
 */
@NullMarked
package dev.berth.streaming.remotecommand;

import org.jspecify.annotations.NullMarked;
