/** Tests of the registry fixture itself. */
@NullMarked
package dev.berth.e2e.registry;

import org.jspecify.annotations.NullMarked;
