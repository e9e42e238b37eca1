/**
 * From a CRI request to what the kernel is asked for.
 *
 * <p>Three forms, each made from the one before:
 *
 * <ol>
 *   <li>the request: {@link dev.berth.spec.ContainerRequest}, with the image's config and account
 *       files, all of it unchecked;
 *   <li>the spec: {@link dev.berth.spec.ContainerSpec}, an OCI runtime spec and beside it the
 *       little that the OCI has no words for. Device interfaces, plugins and hooks look at this
 *       form and may change it;
 *   <li>the plan: {@link dev.berth.shim.ContainerPlan}, flat operations that the pod's shim carries
 *       out without deciding anything ({@link dev.berth.spec.PlanBuilder}).
 * </ol>
 *
 * <p>A pod goes one step: {@link dev.berth.spec.PodRequest} checks its config and makes a {@link
 * dev.berth.spec.SandboxPlan}.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>The same request and facts give the same spec. Nothing here writes anything or keeps state;
 *       what the translation must know of the machine comes as {@link dev.berth.spec.MachineFacts}
 *       and through the few questions of {@link dev.berth.spec.HostFiles}.
 *   <li>What cannot be given as asked is refused with field and value, never quietly left out. The
 *       exceptions are what the daemon itself lacks (capabilities, a lower oom_score_adj): that is
 *       given as far as it goes and noted.
 *   <li>An unset or empty list of masked or read-only paths means the defaults; an unset seccomp
 *       profile means none, an unset namespace option means the pod's: as the CRI says.
 *   <li>Nothing an image says becomes an annotation, a device, a mount or a privilege.
 * </ul>
 *
 * <p>Threads: pure functions over immutable values. {@link dev.berth.spec.LocalHostFiles} may block
 * as long as the file systems it asks; translate containers on a platform thread.
 *
 * @see dev.berth.spec.oci
 * @see dev.berth.spec.user
 */
@NullMarked
package dev.berth.spec;

import org.jspecify.annotations.NullMarked;
