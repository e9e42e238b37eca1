/**
 * The upstream validation suite: a registry with the images it wants, a fresh daemon, the suite,
 * and its verdicts held against those on record.
 */
@NullMarked
package dev.berth.e2e.conformance;

import org.jspecify.annotations.NullMarked;
