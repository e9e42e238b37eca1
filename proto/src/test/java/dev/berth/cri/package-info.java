/** Holds the generated CRI v1 types against the facts of the interface. */
@NullMarked
package dev.berth.cri;

import org.jspecify.annotations.NullMarked;
