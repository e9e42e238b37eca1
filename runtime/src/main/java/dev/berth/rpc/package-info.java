/**
 * The gRPC server on the unix socket, and what stands between it and the code that answers.
 *
 * <p>A call is answered by a {@link dev.berth.rpc.Verb}: a function from request to response that
 * throws a {@link dev.berth.fault.Fault} when it cannot. A {@link dev.berth.rpc.VerbService} binds
 * verbs to the methods of a generated service; a method without a verb answers UNIMPLEMENTED.
 * {@link dev.berth.rpc.FaultInterceptor} is the only place that turns failures into gRPC statuses
 * and logs them.
 *
 * <p>Threads: one epoll thread reads and writes the socket and looks methods up; it never runs a
 * verb. Verbs run on platform threads, since they may block in native calls: on the small
 * <em>prompt </em> pool those that only read memory (Version, Status, the lists …), on the bounded
 * <em>work </em> pool all others ({@link dev.berth.rpc.CallPools}). With every work thread stuck,
 * the prompt ones still answer.
 *
 * <p>The socket appears under its name only when it is bound and has its mode: a client sees no
 * half-open server.
 */
@NullMarked
package dev.berth.rpc;

import org.jspecify.annotations.NullMarked;
