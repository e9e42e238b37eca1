/**
 * The verbs of pods: run, stop, remove, status, list.
 *
 * <p>One class a verb. {@link dev.berth.sandbox.RunPodSandbox} reads as its steps; {@link
 * dev.berth.sandbox.SandboxTeardown} is the one way to take a pod down, used by stop, by remove, by
 * the undo of run and by recovery, so it tolerates that any part of a pod is already gone.
 *
 * <p>Threads: verbs block; they run on the daemon's handler threads, any number at once. No lock is
 * held while one waits for a shim, the kernel or the network; two requests for one pod meet in
 * {@link dev.berth.state.Flights}.
 */
@NullMarked
package dev.berth.sandbox;

import org.jspecify.annotations.NullMarked;
