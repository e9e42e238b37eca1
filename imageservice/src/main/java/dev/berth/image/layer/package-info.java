/**
 * Layers: unpacking hostile tar streams, and the directories they become.
 *
 * <p>A layer is unpacked once, into a directory of its own named by its diff ID (the digest of the
 * uncompressed tar), and every image that has it shares this directory as a lower directory of
 * overlayfs. It is unpacked as one stream while it arrives:
 *
 * <pre>
 * source ─► count and hash ─► decompress ─► hash ─► tar entries ─► files below ingest/…
 *           (blob digest)                  (diff ID)                     │ both match
 *                                                                        ▼
 *                                                              rename to layers/…
 * </pre>
 *
 * <p>Trust: everything in the stream is hostile. Each entry's parent directory is opened with
 * openat2 and RESOLVE_IN_ROOT below the layer's own directory, the last component is never
 * followed, names with {@code ..} are refused, and sizes and counts are bounded. Unpacking knows
 * nothing of the layers below: a parent directory that the tar does not name is made with mode 0755
 * and root as owner.
 *
 * <p>overlayfs's own marks are made here and only here: a whiteout is a character device 0:0, an
 * opaque directory has {@code trusted.overlay.opaque=y}. Attributes of that family in a tar are
 * dropped, since they could make overlayfs look elsewhere.
 *
 * <p>Threads: unpacking runs on platform threads (native calls); one layer belongs to one thread.
 * {@link dev.berth.image.layer.LayerStore} may be called from any platform thread.
 */
@NullMarked
package dev.berth.image.layer;

import org.jspecify.annotations.NullMarked;
