package dev.berth.image.document;

import dev.berth.image.reference.Digest;

/**
 * A pointer to content (OCI image-spec, descriptor.md).
 *
 * @param mediaType as written there
 * @param digest the content's digest
 * @param size the content's length in bytes, never negative
 */
public record Descriptor(String mediaType, Digest digest, long size) {}
