/**
 * SPDY/3.1 as far as streaming needs it, with bounds on everything a peer can make us hold: {@link
 * dev.berth.streaming.spdy.Limits}. Reading and writing of frames is pure; {@link
 * dev.berth.streaming.spdy.SpdyConnection} puts it on a channel.
 *
 * <p>Threads: a connection and its streams belong to their channel's event loop.
 */
@NullMarked
package dev.berth.streaming.spdy;

import org.jspecify.annotations.NullMarked;
