package dev.berth.image.layer;

import dev.berth.image.reference.Digest;

/**
 * One layer as an image names it.
 *
 * @param digest of the bytes as they are stored and sent; the diff ID itself where a source holds
 *     the layer uncompressed
 * @param size of these bytes
 * @param diffId digest of the uncompressed tar
 * @param what names the layer and its image in messages
 */
public record LayerBlob(Digest digest, long size, Digest diffId, String what) {}
