package dev.berth.image.layer;

import dev.berth.kernel.Device;
import dev.berth.kernel.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One member of a tar stream, its extended headers merged in.
 *
 * @param kind what it is
 * @param path its name as the bytes written there
 * @param target where a link points, as the bytes written there; empty for others
 * @param mode the low twelve bits of the mode
 * @param owner user id
 * @param group group id
 * @param size bytes of content that follow; 0 for all but regular files
 * @param modified modification time
 * @param device what a device node stands for; 0:0 for others
 * @param xattrs extended attributes by name
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record TarEntry(
    Kind kind,
    byte[] path,
    byte[] target,
    int mode,
    int owner,
    int group,
    long size,
    Timestamp modified,
    Device device,
    Map<String, byte[]> xattrs) {

  /** What a member is. */
  public enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    HARD_LINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO
  }

  /** The name for a message: bounded, control characters replaced. */
  public String shown() {
    return shown(path);
  }

  static String shown(byte[] bytes) {
    String text = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8);
    StringBuilder clean = new StringBuilder();
    text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return bytes.length > 200 ? clean + "…" : clean.toString();
  }
}
