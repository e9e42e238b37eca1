/**
 * Pods attached by plugins of the Container Network Interface (specification 1.1, lists of 0.3.0
 * and later).
 *
 * <p>The story of a pod: its record is written, its namespace is pinned by a bind mount at {@code
 * /run/netns/INSTANCE-ID}, lo is set up by netlink, the chain's ADDs run in order, the record gets
 * the result. Going away: DELs in reverse with the configuration and the result of the record, the
 * mount is undone, the record deleted. The mount is the daemon's own and in the host's mount
 * namespace, which the daemon never leaves; a bind of a namespace cannot hang.
 *
 * <p>Invariants: a record is on the disk (in the root, so also after a reboot, as the plugins' own
 * address leases are) from before the first ADD until after the last DEL; what a plugin could not
 * delete is tried again until it could, and seen in Status; a pod is detached by the configuration
 * that it was attached with, whatever the folder says by then.
 *
 * <p>Threads: attach and detach run on the caller's; one thread looks at the folder and asks STATUS
 * and GC, one deletes again. The only lock is that of the loaded configuration, held while plugins
 * are asked for their versions.
 */
@NullMarked
package dev.berth.cni;

import org.jspecify.annotations.NullMarked;
