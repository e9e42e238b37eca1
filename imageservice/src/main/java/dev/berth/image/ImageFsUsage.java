package dev.berth.image;

import java.nio.file.Path;
import java.time.Instant;

/**
 * What the image store uses of its file system.
 *
 * @param mountpoint the store's directory, which is what the kubelet asks the file system's size of
 * @param usedBytes bytes of unpacked layers, rounded up to blocks of 4 KiB; manifests and configs
 *     are too small to count
 * @param inodesUsed their files, directories, links and devices
 * @param at when this was true
 */
public record ImageFsUsage(Path mountpoint, long usedBytes, long inodesUsed, Instant at) {}
