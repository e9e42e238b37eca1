package dev.berth.kernel;

import java.nio.charset.StandardCharsets;

/**
 * One name in a directory.
 *
 * @param nameBytes the name as the file system holds it; not necessarily UTF-8
 * @param type its kind, UNKNOWN where the file system does not say
 * @param inode inode number
 */
@SuppressWarnings("ArrayRecordComponent") // entries are read once and never compared
public record DirectoryEntry(byte[] nameBytes, FileType type, long inode) {

  /** The name as text; bytes that are not UTF-8 are replaced. */
  public String name() {
    return new String(nameBytes, StandardCharsets.UTF_8);
  }
}
