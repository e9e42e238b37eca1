/**
 * The operator's say in which images are pulled.
 *
 * <p>A verifier is asked once for each pull, also of an image that is here already, after its name
 * was resolved to a digest and before anything of it is fetched. The registry's answer is hostile:
 * of it only the digest, the length and a checked media type reach a verifier.
 *
 * <p>Threads: asked on the pull's own platform thread, which waits.
 */
@NullMarked
package dev.berth.image.verify;

import org.jspecify.annotations.NullMarked;
