/**
 * Plugins of the Container Network Interface: programs of others, started through the shim's binary
 * with a deadline, bounds and a clean environment, and what they answer.
 *
 * <p>A plugin is found by its name alone in the folders of the configuration; names with anything
 * like a path in them were refused when the configuration was read. What a plugin prints is read
 * typed and bounded.
 */
@NullMarked
package dev.berth.cni.plugin;

import org.jspecify.annotations.NullMarked;
