/**
 * Netlink: messages and attributes (rtnetlink(7), nfnetlink), and sockets to speak them on.
 *
 * <p>The codec is pure: {@link dev.berth.netlink.NetlinkWriter} writes a batch of messages into one
 * buffer, {@link dev.berth.netlink.NetlinkMessages} and {@link dev.berth.netlink.Attributes} read
 * what came back. Every length is checked in both directions: an attribute longer than its 16-bit
 * length field, or a message beyond the batch's bound, is refused when it is written, and nothing
 * that is read can make the reader leave its buffer.
 *
 * <p>{@link dev.berth.netlink.NetlinkSocket} sends a batch in one system call and reads the
 * acknowledgement of each message; the kernel does the work inside the send. Dumps that the kernel
 * says were interrupted are asked again, a bounded number of times.
 *
 * <p>Threads: writers and messages belong to one thread; a socket serves one exchange at a time and
 * says so in its methods. {@link dev.berth.netlink.NetlinkSockets} lends sockets to threads.
 */
@NullMarked
package dev.berth.netlink;

import org.jspecify.annotations.NullMarked;
