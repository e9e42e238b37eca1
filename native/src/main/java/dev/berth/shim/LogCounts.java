package dev.berth.shim;

/**
 * What became of a container's log since it was created: bytes as they are in the file, the head of
 * every line included.
 *
 * @param droppedBytes of lines that the file did not take; a log that stalls drops only without
 *     memory to hold a line
 */
public record LogCounts(long writtenBytes, long droppedBytes, long droppedLines) {}
