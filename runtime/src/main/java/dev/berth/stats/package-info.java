/**
 * What pods and containers use, read from the kernel when somebody asks.
 *
 * <p>A {@link dev.berth.stats.Gauge} keeps the statistics files of one cgroup open and its last
 * figures; an answer not older than {@code stats.max_age_ms} is given again, so that several
 * observers cost what one does. Nothing is read while nobody asks. What cannot be read is left out
 * of the answer: one bad pod never fails the list.
 *
 * <p>Two figures would cost more than a read. The size of a writable layer is measured by a walk
 * behind the answers ({@link dev.berth.stats.WritableLayers}); the open files of a container's
 * processes are counted when figures for monitoring are asked for ({@link
 * dev.berth.stats.OpenFiles}). Both are measured again only after fifty times as long as the last
 * measurement took: they cost at most a fiftieth of a processor, however large the tree.
 *
 * <p>Network counters come from one text: the host's {@code /proc/net/dev}, whose line of a pod's
 * host link is the pod's with the directions exchanged; or, where another network attached the pod,
 * the same file of a process inside.
 *
 * <p>Threads: gauges are read under one lock, {@link dev.berth.stats.Gauges}; walks run on a thread
 * of their own.
 */
@NullMarked
package dev.berth.stats;

import org.jspecify.annotations.NullMarked;
