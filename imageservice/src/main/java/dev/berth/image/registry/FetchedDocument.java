package dev.berth.image.registry;

import dev.berth.image.reference.Digest;

/**
 * A manifest or index as a registry sent it, its digest checked where one was asked for.
 *
 * @param content the bytes
 * @param mediaType the Content-Type it was sent with, {@code ""} for none
 * @param digest the content's digest
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record FetchedDocument(byte[] content, String mediaType, Digest digest) {}
