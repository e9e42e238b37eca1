/**
 * What a machine holds at one moment, as comparable lines: mounts, links, network namespaces,
 * packet filter rules, cgroups, processes, a daemon's descriptors and files. Reads only.
 */
@NullMarked
package dev.berth.e2e.machine;

import org.jspecify.annotations.NullMarked;
