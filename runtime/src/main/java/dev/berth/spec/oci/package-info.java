/**
 * The OCI runtime specification's container config as records (runtime-spec 1.2.0, config.md and
 * config-linux.md): what hooks, device interfaces, plugins and other runtimes read, and what
 * Berth's own plan of a container is made from.
 *
 * <p>A record's component has the name of the JSON key it stands for. Lists and maps are never null
 * and never change; maps are sorted, so that one request always writes the same bytes. Values that
 * the specification makes optional are nullable; an absent list and an empty one are the same.
 *
 * <p>{@link dev.berth.spec.oci.OciJson} is the only class here that loads a JSON library, which
 * costs tens of milliseconds: nothing on the way of a container's start touches it.
 *
 * <p>Threads: everything is immutable.
 */
@NullMarked
package dev.berth.spec.oci;

import org.jspecify.annotations.NullMarked;
