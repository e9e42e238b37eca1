/**
 * The command line: {@code berth serve | pull | import | fsck | df | quickstart | test | help} and
 * others.
 *
 * <p>{@code serve} parses its few options by hand, since picocli costs a tenth of a second at start
 * and the daemon has half a second in all. The other commands are people's, and picocli's.
 *
 * <p>Exit codes: 0 done; 1 it failed; 2 the command line or the configuration is wrong.
 */
@NullMarked
package dev.berth.cli;

import org.jspecify.annotations.NullMarked;
