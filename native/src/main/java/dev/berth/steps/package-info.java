/**
 * Operations of several steps, each with its undo.
 *
 * <p>Every operation that changes the machine more than once (run a sandbox, pull an image, attach
 * a network) is a list of named steps run through {@link dev.berth.steps.Steps}. The undo of a step
 * is registered before the step acts, so it must tolerate "never happened" and "half happened"; it
 * must be idempotent. When a step fails, the undos run in reverse order, every one of them, however
 * many fail; their failures travel as suppressed exceptions of the first. A daemon that dies in the
 * middle leaves a recorded intent, and recovery runs the same undos.
 *
 * <p>{@link dev.berth.steps.Faults} is the seam by which a test breaks any step: fail, hang, or
 * kill -9 of the daemon. Steps are numbered by the code that runs them, so a test that walks over
 * all steps of an operation cannot forget a new one.
 *
 * <p>Threads: a {@code Steps} belongs to the thread that made it.
 */
@NullMarked
package dev.berth.steps;

import org.jspecify.annotations.NullMarked;
