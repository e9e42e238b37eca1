/**
 * Pods and containers as the daemon knows them: identity, state, and the registry of all.
 *
 * <p>What never changes about an object is in its record, made before the first side effect. What
 * changes is a sealed state in a {@link dev.berth.state.StateCell}: a pure function computes the
 * next state, it is written to the journal, then it becomes visible. Memory is a cache of journal
 * and kernel; recovery fills it again.
 *
 * <pre>
 * pod        Starting ──► Up ──► Stopping ──► Down ──► (forgotten)
 * container  Making ──► Waiting ──► Starting ──► Running ──► Ended ──► (forgotten)
 *                          └───────────┴─────────────────────►┘
 * </pre>
 *
 * <p>Locks, in order: {@code Flights} (never held while work runs) → a sandbox's monitor → a state
 * cell → the journal. None is held over a wait or a call to a shim.
 */
@NullMarked
package dev.berth.state;

import org.jspecify.annotations.NullMarked;
