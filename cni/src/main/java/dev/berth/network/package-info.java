/**
 * The network of a pod: how it is attached, what is written down about it, how it is detached.
 *
 * <p>{@link dev.berth.network.PodNetwork} is what the sandbox verbs see. Each pod records how it
 * was attached ({@link dev.berth.network.Attachment}) and is detached that way, whatever the
 * configuration says by then. A host-network pod has no attachment: nobody calls here for it.
 *
 * <p>Invariants: an address belongs to at most one pod, from the moment it is chosen until its link
 * is gone; a link name is never used twice; nothing is made in the pod's network namespace except
 * through a socket that the pod's shim opened there. Every host-visible name carries the instance.
 *
 * <p>Threads: attach and detach may be called from many platform threads at once, never from a
 * virtual thread: they make system calls that can block.
 */
@NullMarked
package dev.berth.network;

import org.jspecify.annotations.NullMarked;
