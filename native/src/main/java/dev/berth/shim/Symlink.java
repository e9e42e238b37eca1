package dev.berth.shim;

/**
 * A symbolic link made in the container after its devices, e.g. {@code /dev/fd}. One that is there
 * already stays as it is.
 *
 * @param path absolute path in the container
 * @param content what the link says
 */
public record Symlink(String path, String content) {}
