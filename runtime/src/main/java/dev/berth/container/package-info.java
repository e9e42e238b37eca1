/**
 * The verbs of containers: create, start, stop, remove, exec, status, list, reopen log.
 *
 * <p>One class a verb. {@link dev.berth.container.CreateContainer} reads as its steps; {@link
 * dev.berth.container.ContainerTeardown} is the one way to kill and remove a container, used by the
 * verbs, by the undo of create, by the pods' verbs and by recovery.
 *
 * <p>Threads: verbs block; they run on the daemon's handler threads, any number at once. Two
 * requests for one container meet in its state cell: only one of them makes a transition.
 */
@NullMarked
package dev.berth.container;

import org.jspecify.annotations.NullMarked;
