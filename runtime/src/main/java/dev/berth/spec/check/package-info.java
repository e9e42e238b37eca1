/**
 * How a field that cannot be served is refused: its path in the request, its value made safe to
 * print, and why.
 *
 * <p>Threads: pure functions.
 */
@NullMarked
package dev.berth.spec.check;

import org.jspecify.annotations.NullMarked;
