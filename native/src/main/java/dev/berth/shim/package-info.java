/**
 * Plans for the pod's shim, and the line to it.
 *
 * <p>A <em>plan</em> is what the shim is to do, already decided: {@link dev.berth.shim.PodPlan},
 * {@link dev.berth.shim.ContainerPlan}, {@link dev.berth.shim.ExecPlan}. Plans are plain values
 * that {@code PlanEncoder} writes as a flat, versioned, length-checked record; {@code record.c}
 * reads it. The shim decides nothing: every policy is in the plan.
 *
 * <p>{@link dev.berth.shim.ShimLauncher} starts or finds shims, {@link dev.berth.shim.Shim} is the
 * line to one.
 *
 * <p>Threads: plans are immutable. One epoll thread reads all shims; callers block on platform
 * threads, every call has a deadline, and listeners run on the epoll thread and must not block.
 */
@NullMarked
package dev.berth.shim;

import org.jspecify.annotations.NullMarked;
