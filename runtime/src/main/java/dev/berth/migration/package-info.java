/**
 * From another runtime's configuration to one of Berth's: {@code berth config import}.
 *
 * <p>{@link dev.berth.migration.Rules} says for each setting of the other runtime what becomes of
 * it: carried over to a key, or not, and why. {@link dev.berth.migration.Migration} applies them to
 * a file; what it carries over has been through the same checks as a configuration file. Nothing is
 * dropped in silence except what the file sets to nothing.
 *
 * <p>Threads: none of its own; values are immutable.
 */
@NullMarked
package dev.berth.migration;

import org.jspecify.annotations.NullMarked;
