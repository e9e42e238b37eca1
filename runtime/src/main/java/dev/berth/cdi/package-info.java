/**
 * Devices by the Container Device Interface: a vendor's spec files say what a container needs to
 * use a device (nodes, mounts, environment, groups), and a request names devices.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Devices come from the request alone, by its field or by its annotations; nothing that an
 *       image says is looked at.
 *   <li>A device is used whole or the container is refused: an edit that Berth cannot make (hooks,
 *       network devices) refuses it by name.
 *   <li>Files are read again when a folder or a file in it has changed; without a named device
 *       nothing is read at all.
 *   <li>Later folders win over earlier ones. A file that cannot be read, or a device that two files
 *       of one folder define, fails only the requests that name what is in it.
 * </ul>
 *
 * <p>Threads: {@link dev.berth.cdi.CdiDevices} may be shared. It reads files, so it belongs on a
 * platform thread.
 *
 * @see <a href="https://github.com/cncf-tags/container-device-interface">the specification</a>
 */
@NullMarked
package dev.berth.cdi;

import org.jspecify.annotations.NullMarked;
