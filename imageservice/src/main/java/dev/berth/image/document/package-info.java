/**
 * What a registry or an archive says about an image: index, manifest, config. All of it is hostile.
 *
 * <p>Documents are read with bounds on size, depth and count, duplicate keys are refused, and a
 * document that could be taken for two things (an index and a manifest at once) is taken for
 * neither. What comes out is typed and checked, so nothing after this package parses again.
 *
 * <p>Threads: pure functions of their input.
 */
@NullMarked
package dev.berth.image.document;

import org.jspecify.annotations.NullMarked;
