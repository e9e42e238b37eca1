package dev.berth.cgroup;

/**
 * What a cgroup read from and wrote to one block device.
 *
 * @param reads operations; {@code readBytes} is what they carried
 */
public record DeviceIo(
    int major, int minor, long readBytes, long writeBytes, long reads, long writes) {}
