package dev.berth.config;

/**
 * A value as it was given.
 *
 * @param value a String, Long, Boolean or List of these; anything else is named by its class
 */
record Setting(String key, Object value, Origin origin) {}
