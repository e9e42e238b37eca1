/**
 * What the daemon knows about its own work: requests, their steps, pulls.
 *
 * <p>{@link dev.berth.telemetry.Calls} hears of every request from the server and of every
 * operation from {@link dev.berth.steps.Steps}, on the thread that does the work, and puts the two
 * together. When a request has ended it is given to whoever wants it: the timelines behind {@code
 * berth trace}, the figures of the Prometheus endpoint, the log when it was slow, the exporter of
 * spans and the flight recorder when these are on. Each costs nothing that grows: rings and
 * counters.
 *
 * <p>Threads: a {@link dev.berth.telemetry.Call} belongs to the thread that answers it until it has
 * ended, and is not changed afterwards.
 */
@NullMarked
package dev.berth.telemetry;

import org.jspecify.annotations.NullMarked;
