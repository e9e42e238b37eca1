/**
 * The CRI's verbs, one class each, and what they say about the node.
 *
 * <p>A verb is a {@link dev.berth.rpc.Verb}: it checks and translates the request, does its work in
 * named steps, and throws a {@link dev.berth.fault.Fault} when it cannot. What is bound to which
 * method is listed once, where the services are put together.
 *
 * <p>Threads: verbs run on platform threads, several calls at once.
 */
@NullMarked
package dev.berth.cri;

import org.jspecify.annotations.NullMarked;
