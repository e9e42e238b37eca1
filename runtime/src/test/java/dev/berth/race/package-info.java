/**
 * Requests for one pod that run at once, in every order that matters: the real verbs, with a shim
 * and a network in memory.
 */
@NullMarked
package dev.berth.race;

import org.jspecify.annotations.NullMarked;
