/**
 * GetContainerEvents: what becomes of pods and containers, told to everybody who listens.
 *
 * <p>{@link dev.berth.events.ContainerEvents} hears of every change of state at the moment it is
 * published, and only notes it; one thread turns notes into the CRI's events with the statuses as
 * they are then, and gives them to the subscribers. So the events of one pod come in the order in
 * which they happened, the same to all. While nobody listens nothing is noted.
 *
 * <p>A subscriber has a bounded queue. One that does not read loses its stream with
 * RESOURCE_EXHAUSTED after the events that it still can have, and knows that it has to list again.
 * A stream ends with the daemon; what recovery finds at the next start is no event, and everything
 * after it is.
 */
@NullMarked
package dev.berth.events;

import org.jspecify.annotations.NullMarked;
