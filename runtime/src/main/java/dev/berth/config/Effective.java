package dev.berth.config;

/**
 * A key's value as it is in force.
 *
 * @param value as it would stand in a file
 * @param origin the file and line, or the option, that gave it; {@code default} when nobody did
 */
public record Effective(String key, String value, String origin) {}
