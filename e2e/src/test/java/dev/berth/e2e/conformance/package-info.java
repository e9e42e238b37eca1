/** Tests of how the suite's verdicts are read and kept. */
@NullMarked
package dev.berth.e2e.conformance;

import org.jspecify.annotations.NullMarked;
