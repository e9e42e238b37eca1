/**
 * Pulling an image: from a reference to a record.
 *
 * <pre>
 *   resolve ─► verify ─► config ─► layers (in parallel, each one pipeline) ─► content ─► sync ─► record
 * </pre>
 *
 * <p>Each arrow is a named step with its undo ({@link dev.berth.steps.Steps}). What a step brought
 * into the store is held by the pull; when the record has taken over, or the pull failed, the pull
 * lets go, and what nobody else holds is deleted.
 *
 * <p>Pulls of one reference with the same credentials that overlap are one flight. A flight ends
 * early only when every caller has gone away.
 *
 * <p>Threads: a flight runs on a platform thread of its own pool and works on layers itself;
 * further platform threads help it. HTTP runs on virtual threads inside the registry client.
 */
@NullMarked
package dev.berth.image.pull;

import org.jspecify.annotations.NullMarked;
