/**
 * Runtime handlers: by which engine a pod's containers are made.
 *
 * <p>The names {@code ""} and {@code berth} are Berth's own engine. Any other is configured, and
 * stands for the command line of an OCI runtime ({@link dev.berth.handler.OciRuntime}). Both get
 * the same {@link dev.berth.spec.oci.OciSpec}; the runtime's has the places of its {@link
 * dev.berth.handler.Bundle} in it ({@link dev.berth.handler.BundleSpec}), where the pod's shim
 * mounts what it holds by descriptor.
 *
 * <p>Berth keeps everything but the container's first moments: namespaces of the pod, cgroups and
 * limits, stdio, log, exit record, statistics. The runtime is run for create, start, exec and
 * delete only.
 *
 * <p>Threads: immutable, or safe.
 */
@NullMarked
package dev.berth.handler;

import org.jspecify.annotations.NullMarked;
