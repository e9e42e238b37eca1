/**
 * Names of images: references as people and registries write them, digests, image ids.
 *
 * <p>Everything here is a value that is checked when it is made, so code that holds one never
 * checks again; in particular no digest that came from outside becomes part of a path before it has
 * the exact form {@code algorithm:hex}.
 *
 * <p>Threads: immutable.
 */
@NullMarked
package dev.berth.image.reference;

import org.jspecify.annotations.NullMarked;
