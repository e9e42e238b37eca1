/**
 * Files of the image store: where they are, how they become durable, and content by digest.
 *
 * <pre>
 * images/
 *   blobs/ALGORITHM/HEX     manifests, indexes and configs as the registry sent them
 *   layers/ALGORITHM/HEX    unpacked layers, named by the digest of the uncompressed layer
 *   records/ALGORITHM-HEX   one image each, named by its id
 *   ingest/                 what is being written; emptied at start
 *   partial/                beginnings of large layers, for a pull that goes on later
 *   trash/                  what is being deleted; emptied at start
 * </pre>
 *
 * <p>Invariants: nothing under {@code blobs} or {@code layers} counts unless a record names it, and
 * a record is written only after everything it names was verified and synced. Both become visible
 * by a rename of a finished file or directory. So a process that dies leaves at most leftovers in
 * {@code ingest}, {@code trash} or unnamed, and a power cut leaves no record of half an image.
 * Digest becomes a path only in {@link dev.berth.image.content.StorePaths}.
 *
 * <p>Threads: safe for any platform thread; reads and writes block.
 */
@NullMarked
package dev.berth.image.content;

import org.jspecify.annotations.NullMarked;
