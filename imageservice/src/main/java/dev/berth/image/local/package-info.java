/**
 * The image facade over this machine's store: wires registry, content, layers and records together.
 *
 * <p>Threads: see {@link dev.berth.image.Images}; the pools for pulling and unpacking belong to the
 * facade and end with it.
 */
@NullMarked
package dev.berth.image.local;

import org.jspecify.annotations.NullMarked;
