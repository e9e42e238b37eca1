/**
 * The verbs of the CRI's ImageService: the requests' words in, {@link dev.berth.image.Images}'
 * work, the answers' words out.
 *
 * <p>Threads: verbs block; they run on the daemon's handler threads, any number at once.
 */
@NullMarked
package dev.berth.imagecri;

import org.jspecify.annotations.NullMarked;
