package dev.berth.podmetrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Names of block devices, such as {@code /dev/sda}, by their numbers (sysfs(5)). */
final class BlockDevices {
  private static final Path BY_NUMBER = Path.of("/sys/dev/block");

  private final Map<String, String> names = new ConcurrentHashMap<>();

  /** A device's name; its numbers when the system does not know it. */
  String name(int major, int minor) {
    return names.computeIfAbsent(major + ":" + minor, BlockDevices::look);
  }

  private static String look(String numbers) {
    try {
      return "/dev/" + Files.readSymbolicLink(BY_NUMBER.resolve(numbers)).getFileName();
    } catch (IOException e) {
      return numbers;
    }
  }
}
