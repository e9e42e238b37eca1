/**
 * The verbs of Berth's own service for images, {@code berth.v1.Images}: what the CRI has no words
 * for.
 *
 * <p>Threads: verbs block; they run on the daemon's handler threads, any number at once.
 */
@NullMarked
package dev.berth.imageapi;

import org.jspecify.annotations.NullMarked;
