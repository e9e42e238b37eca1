/**
 * From a CRI request to what the kernel is asked for.
 *
 * @see dev.berth.spec.oci
 */
@NullMarked
package dev.berth.spec;

import org.jspecify.annotations.NullMarked;
