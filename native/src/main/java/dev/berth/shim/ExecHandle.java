package dev.berth.shim;

import dev.berth.kernel.Fd;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A running exec session.
 *
 * @param hostPid its pid on the machine
 * @param terminal the master of its terminal, the caller's to close, which hangs the session up;
 *     null without one
 * @param exit completes when it ended; exceptionally with {@link ShimFailure} when the shim is lost
 */
public record ExecHandle(int hostPid, @Nullable Fd terminal, CompletableFuture<ExitRecord> exit) {}
