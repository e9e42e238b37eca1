/**
 * Images from tar archives: an OCI image layout, or what {@code docker save} writes.
 *
 * <p>An archive is read once, as a stream. Its members may come in any order, so they are spooled
 * to the store's ingest folder first, each under a number of ours; only then are the documents
 * among them read, with the same bounds and checks as a registry's. After that it is a pull from
 * {@link dev.berth.image.archive.ArchiveSource}.
 *
 * <p>Threads: one archive belongs to one thread until it is spooled; reading from it afterwards is
 * safe from several.
 */
@NullMarked
package dev.berth.image.archive;

import org.jspecify.annotations.NullMarked;
