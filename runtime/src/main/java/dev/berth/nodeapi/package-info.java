/**
 * The verbs of {@code berth.v1.Node}: what a node can tell that the CRI has no words for. Served
 * beside the CRI on the same socket; the command line is its client.
 */
@NullMarked
package dev.berth.nodeapi;

import org.jspecify.annotations.NullMarked;
