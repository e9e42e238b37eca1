/**
 * Asking registries: the pull side of the OCI distribution protocol over HTTP/1.1.
 *
 * <p>For a reference's domain {@link dev.berth.image.registry.HostsFolder} gives the hosts to ask,
 * in order: mirrors of {@code hosts.toml}, then the registry itself. Each is asked through a {@link
 * dev.berth.image.registry.RegistrySession}, which owns authorization, redirects and the reading of
 * errors; {@link dev.berth.image.registry.RegistryClient} tries one after the other.
 *
 * <p>Trust: a registry may lie, hang, redirect and send without end. So every answer is bounded in
 * size, a stream that makes no progress ends, and bytes count only after their digest was checked
 * (by whoever reads them). A request's credentials go to the reference's own registry and the token
 * server that it names, never to a mirror (which gets what the operator's file says of it by name),
 * never to the target of a redirect on another origin, and over plain HTTP only to a loopback
 * address or where the operator wrote {@code http://} in {@code hosts.toml}.
 *
 * <p>Failures are told apart: {@code Unauthenticated}, {@code NotFound}, {@code Unavailable}
 * (cannot be reached, rate limit, server error), {@code DeadlineExceeded} (stopped sending), {@code
 * InvalidArgument} (an answer that is no image). Each message names the reference and the host.
 *
 * <p>Threads: the HTTP client works on virtual threads and never calls native code there; callers
 * are platform threads that wait.
 */
@NullMarked
package dev.berth.image.registry;

import org.jspecify.annotations.NullMarked;
