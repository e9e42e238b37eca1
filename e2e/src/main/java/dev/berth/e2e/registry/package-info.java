/**
 * Images made by hand and a real registry that serves them.
 *
 * <p>Layers are tar archives written entry by entry, so that hostile ones can be made as easily as
 * good ones; nothing here checks what it writes. Not thread-safe unless a class says so.
 */
@NullMarked
package dev.berth.e2e.registry;

import org.jspecify.annotations.NullMarked;
