/**
 * Black-box tests: a real daemon, a real registry, and the CRI socket between them and the test.
 *
 * <p>Each class has a daemon of its own; the registry is shared by all. Every test leaves the
 * machine as it found it, which {@link dev.berth.e2e.Testbed} checks.
 */
@NullMarked
package dev.berth.e2e;

import org.jspecify.annotations.NullMarked;
