/**
 * Which images there are: their records on disk, their names, and who still needs them.
 *
 * <p>An image is a record. It names the image's blobs and layers and holds them; it carries the
 * image's names, so moving a tag is writing the new owner's record and then the old one's. Should
 * the daemon die in between, both claim the tag and the record with the higher sequence number is
 * right. An image that is removed while a container has its lease keeps its record, marked as
 * removed and without names, until the last lease ends.
 *
 * <pre>
 *   (absent) ──add──► named ──last name moved away──► unnamed
 *       ▲               │ remove                         │ remove
 *       │               ▼                                ▼
 *       ├──────── no lease: record deleted, layers and blobs freed
 *       │               │ leased
 *       │               ▼
 *       └─last lease── removed ──add──► named
 * </pre>
 *
 * <p>Invariants: what {@link dev.berth.image.store.Catalog} shows is whole on disk; a record is
 * written after what it names is durable and deleted before it is freed.
 *
 * <p>Threads: the catalog is an immutable value behind a volatile field, so lookups never wait.
 * Changes are made under one lock, {@code ImageStore.lock}, which is never held while layers are
 * deleted. Lock order: ImageStore.lock, then the locks of the content and layer stores.
 */
@NullMarked
package dev.berth.image.store;

import org.jspecify.annotations.NullMarked;
