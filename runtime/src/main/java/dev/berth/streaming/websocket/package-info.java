/**
 * What Kubernetes puts into WebSocket messages: channels, and whole SPDY connections. The frames
 * themselves are netty's codecs.
 *
 * <p>Threads: everything belongs to a channel's event loop.
 */
@NullMarked
package dev.berth.streaming.websocket;

import org.jspecify.annotations.NullMarked;
