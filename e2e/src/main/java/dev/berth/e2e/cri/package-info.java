/**
 * A client of the CRI socket as the kubelet would write it, and builders of the requests that tests
 * send. A client is safe for use by several threads.
 */
@NullMarked
package dev.berth.e2e.cri;

import org.jspecify.annotations.NullMarked;
