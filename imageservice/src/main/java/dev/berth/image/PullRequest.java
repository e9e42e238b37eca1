package dev.berth.image;

import org.jspecify.annotations.Nullable;

/**
 * What to pull.
 *
 * @param reference as the kubelet sends it, e.g. {@code busybox:1.36}
 * @param auth credentials for the reference's own registry; null for none
 */
public record PullRequest(String reference, @Nullable RegistryAuth auth) {}
