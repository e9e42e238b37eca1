/**
 * A user-mode Linux guest: another kernel, booted in a second, whose plug can be pulled.
 *
 * <p>The shell side is {@code e2e/uml}: how the kernel is got, what the guest mounts, what its exit
 * codes mean.
 */
@NullMarked
package dev.berth.e2e.uml;

import org.jspecify.annotations.NullMarked;
