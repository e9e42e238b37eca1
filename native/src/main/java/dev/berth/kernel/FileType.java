package dev.berth.kernel;

/** What kind of object a directory entry names (inode(7)). */
public enum FileType {
  REGULAR(0100000, 8),
  DIRECTORY(0040000, 4),
  SYMLINK(0120000, 10),
  CHARACTER(0020000, 2),
  BLOCK(0060000, 6),
  FIFO(0010000, 1),
  SOCKET(0140000, 12),
  UNKNOWN(0, 0);

  /** The part of a mode that holds the type. */
  public static final int MASK = 0170000;

  private static final FileType[] ALL = values();

  private final int bits;
  private final int entryType;

  FileType(int bits, int entryType) {
    this.bits = bits;
    this.entryType = entryType;
  }

  /** The type's bits in a mode (S_IFREG and the like). */
  public int bits() {
    return bits;
  }

  /** The type a mode holds. */
  public static FileType ofMode(int mode) {
    for (FileType type : ALL) {
      if (type.bits == (mode & MASK)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /** The type a directory listing gives; UNKNOWN where the file system does not say. */
  static FileType ofEntry(int entryType) {
    for (FileType type : ALL) {
      if (type.entryType == entryType) {
        return type;
      }
    }
    return UNKNOWN;
  }
}
