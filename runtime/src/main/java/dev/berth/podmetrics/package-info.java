/**
 * ListMetricDescriptors and ListPodSandboxMetrics: what the kubelet serves as {@code
 * /metrics/cadvisor} when it takes its figures from the runtime. Names, labels and units are
 * cAdvisor's.
 *
 * <p>{@link dev.berth.podmetrics.Families} lists what there is; the {@code …Rows} classes turn
 * figures of {@link dev.berth.stats.Gauges} into rows of it. A figure that the kernel does not keep
 * has no row.
 *
 * <p>A pod's own rows are about all its containers together and have the labels {@code container},
 * {@code image} and {@code name} empty, as cAdvisor's about a pod's cgroup; network counters are a
 * pod's.
 */
@NullMarked
package dev.berth.podmetrics;

import org.jspecify.annotations.NullMarked;
