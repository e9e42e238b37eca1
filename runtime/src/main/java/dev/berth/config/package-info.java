/**
 * The daemon's configuration: typed, documented, refused when wrong.
 *
 * <p>Every key is declared once, in {@link dev.berth.config.Keys}, with its type, its default, what
 * it accepts and what it is for; {@code docs/config.md} is rendered from there and a test holds the
 * two together. Values come from a TOML file and from {@code --set KEY=VALUE}; the later one wins.
 * {@link dev.berth.config.ConfigLoader} gives either a whole {@link dev.berth.config.BerthConfig}
 * or a {@link dev.berth.config.ConfigRefused} that lists everything that is wrong with file, line,
 * key, and what was expected.
 *
 * <p>Invariants: a {@code BerthConfig} is immutable and every value in it is possible; nothing is
 * read from the machine here except the file. Without a file the TOML parser is not loaded: it
 * costs start time.
 *
 * <p>Threads: everything is a value; no state.
 */
@NullMarked
package dev.berth.config;

import org.jspecify.annotations.NullMarked;
