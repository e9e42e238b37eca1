/**
 * What the rest of the daemon knows about images: the {@link dev.berth.image.Images} facade and its
 * values.
 *
 * <p>Vocabulary: an <em>image</em> is a config (whose digest is the image's id) and an ordered list
 * of <em>layers</em>; a <em>reference</em> is a name that a registry or this node gives to one. A
 * <em>lease</em> keeps an image's layers on disk for a user, whatever happens to its names.
 *
 * <p>Invariants: an image that can be found here is whole (every layer unpacked, verified against
 * its diff ID and synced); values are immutable and were checked when they were read, since an
 * image's config is hostile input.
 *
 * <p>Threads: everything here may be called from any platform thread; pulling, importing, removing
 * and reading a root block. None of them may be called from a virtual thread.
 */
@NullMarked
package dev.berth.image;

import org.jspecify.annotations.NullMarked;
