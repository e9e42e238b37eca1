package dev.berth.shim;

import java.util.concurrent.CompletableFuture;

/**
 * A running exec session.
 *
 * @param hostPid its pid on the machine
 * @param exit completes when it ended; exceptionally with {@link ShimFailure} when the shim is lost
 */
public record ExecHandle(int hostPid, CompletableFuture<ExitRecord> exit) {}
