/** Tests on another kernel: Berth inside a user-mode guest. */
@NullMarked
package dev.berth.e2e.uml;

import org.jspecify.annotations.NullMarked;
