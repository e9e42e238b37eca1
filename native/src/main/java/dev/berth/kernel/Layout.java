package dev.berth.kernel;

/**
 * Sizes of C structs and offsets of their fields. Each is compared with what the C compiler says by
 * a test; they are the same on x86-64 and arm64 except where chosen.
 */
final class Layout {

  static final int OPEN_HOW_SIZE = 24;

  static final int STATX_SIZE = 256;
  static final int STATX_NLINK = 16;
  static final int STATX_UID = 20;
  static final int STATX_GID = 24;
  static final int STATX_MODE = 28;
  static final int STATX_INO = 32;
  static final int STATX_SIZE_FIELD = 40;
  static final int STATX_BLOCKS = 48;
  static final int STATX_ATIME = 64;
  static final int STATX_CTIME = 96;
  static final int STATX_MTIME = 112;
  static final int STATX_RDEV_MAJOR = 128;
  static final int STATX_DEV_MAJOR = 136;
  static final int STATX_MNT_ID = 144;
  static final int STATX_TIME_NSEC = 8;

  static final int DIRENT_RECLEN = 16;
  static final int DIRENT_TYPE = 18;
  static final int DIRENT_NAME = 19;

  static final int STATFS_SIZE = 120;
  static final int STATFS_BSIZE = 8;
  static final int STATFS_BLOCKS = 16;
  static final int STATFS_BFREE = 24;
  static final int STATFS_BAVAIL = 32;
  static final int STATFS_FILES = 40;
  static final int STATFS_FFREE = 48;
  static final int STATFS_FLAGS = 80;

  static final int MSGHDR_SIZE = 56;
  static final int MSGHDR_IOV = 16;
  static final int MSGHDR_IOVLEN = 24;
  static final int MSGHDR_CONTROL = 32;
  static final int MSGHDR_CONTROLLEN = 40;
  static final int MSGHDR_FLAGS = 48;
  static final int IOVEC_SIZE = 16;
  static final int CMSGHDR_SIZE = 16;
  static final int CMSGHDR_LEVEL = 8;
  static final int CMSGHDR_TYPE = 12;

  static final int SOCKADDR_UN_SIZE = 110;
  static final int SOCKADDR_NL_SIZE = 12;
  static final int SOCKADDR_NL_PID = 4;
  static final int SOCKADDR_NL_GROUPS = 8;
  static final int UCRED_SIZE = 12;
  static final int POLLFD_SIZE = 8;
  static final int POLLFD_EVENTS = 4;
  static final int POLLFD_REVENTS = 6;
  static final int TIMESPEC_SIZE = 16;

  /** Packed on x86-64 only. */
  static final int EPOLL_EVENT_SIZE = Architecture.pick(12, 16);

  static final int EPOLL_EVENT_DATA = Architecture.pick(4, 8);

  static final int SIGINFO_SIZE = 128;
  static final int SIGINFO_CODE = 8;
  static final int SIGINFO_PID = 16;
  static final int SIGINFO_STATUS = 24;

  static final int MOUNT_ATTR_SIZE = 32;

  /** Room for posix_spawn's two opaque structs; glibc's are 80 and 336 bytes. */
  static final int SPAWN_ROOM = 512;

  static final int SIGSET_SIZE = 128;

  private Layout() {}
}
