package dev.berth.kernel;

/** Reads a filled struct statx. */
final class StatxRecord {

  private StatxRecord() {}

  static FileStatus read(Scratch s, int at) {
    int mode = s.getShort(at + Layout.STATX_MODE);
    return new FileStatus(
        FileType.ofMode(mode),
        mode & 07777,
        s.getInt(at + Layout.STATX_UID),
        s.getInt(at + Layout.STATX_GID),
        s.getLong(at + Layout.STATX_SIZE_FIELD),
        s.getLong(at + Layout.STATX_BLOCKS),
        s.getLong(at + Layout.STATX_INO),
        s.getInt(at + Layout.STATX_NLINK),
        device(s, at + Layout.STATX_DEV_MAJOR),
        device(s, at + Layout.STATX_RDEV_MAJOR),
        time(s, at + Layout.STATX_ATIME),
        time(s, at + Layout.STATX_MTIME),
        time(s, at + Layout.STATX_CTIME),
        s.getLong(at + Layout.STATX_MNT_ID));
  }

  private static Device device(Scratch s, int at) {
    return new Device(s.getInt(at), s.getInt(at + 4));
  }

  private static Timestamp time(Scratch s, int at) {
    return new Timestamp(s.getLong(at), s.getInt(at + Layout.STATX_TIME_NSEC));
  }
}
