/**
 * The network that Berth brings itself: a bridge, a veth pair a pod, addresses, routes, masquerade
 * and host ports, all by netlink, with no program started.
 *
 * <pre>
 *   host                                  pod
 *   bth&lt;instance&gt; (bridge, gateway) ── bth&lt;10 hex&gt; ══ eth0 (address, default route)
 *   nftables table berth-&lt;instance&gt; (masquerade, host ports, martians)
 * </pre>
 *
 * <p>Attaching is one message on the host (both ends of the pair, the host's already up and in the
 * bridge) and two short batches on the socket inside the pod. Detaching takes the link down and
 * moves it to the instance's second link group, "draining"; deleting a link costs some 20 ms under
 * the one lock that all of the kernel's network configuration shares, so {@link
 * dev.berth.network.builtin.Reaper} deletes the whole group at once, later, where the end of the
 * pod's namespace has not done it already.
 *
 * <p>A pod with a bandwidth limit has a token bucket on the host's end of its pair, and for what it
 * sends a second link, see {@link dev.berth.network.builtin.Shaper}.
 *
 * <p>The host's forwarding (net.ipv4.ip_forward, net.ipv6.conf.all.forwarding) is switched on and
 * stays on: nobody can know who else relies on it by then.
 *
 * <p>Invariants: an address is free, live or draining, and free again only when its link is gone; a
 * link name is random and never used twice; the two link groups, the bridge and the table carry the
 * instance and nobody else's links or rules are touched. What no attachment knows of after a crash
 * is found by its group and drained.
 *
 * <p>Threads and locks: the address book, the host port book and the first preparation have a
 * monitor each; none is held while another is taken. No monitor but the preparation's is held
 * during a system call. The reaper is one daemon thread.
 */
@NullMarked
package dev.berth.network.builtin;

import org.jspecify.annotations.NullMarked;
