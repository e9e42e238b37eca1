package dev.berth.spec;

/**
 * How containers' output is written down.
 *
 * @param maxLineBytes longest line of a log; a longer one is written in parts
 * @param stalls whether a log that cannot be written stops its container's writes until it can;
 *     otherwise what does not go in is dropped, and counted
 */
public record LogRules(int maxLineBytes, boolean stalls) {}
