/**
 * Domain faults: what a request can fail with.
 *
 * <p>Three layers carry an error to a client. A native call fails with an {@code ErrnoException}.
 * The code that knows what the call was for turns it into one of the faults here, whose class is
 * the answer's gRPC code and whose message says what was attempted, on what, and why it failed. One
 * server interceptor turns a fault into a gRPC status. Nothing else knows about status codes, and
 * there is no table from errno to fault: the same ENOENT is success where a thing is being removed.
 */
@NullMarked
package dev.berth.fault;

import org.jspecify.annotations.NullMarked;
