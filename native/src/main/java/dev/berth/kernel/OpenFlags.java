package dev.berth.kernel;

/** Flags of open and openat2; several numbers differ between the architectures (open(2)). */
public final class OpenFlags {

  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NOCTTY = 0400;
  public static final int O_TRUNC = 01000;
  public static final int O_APPEND = 02000;
  public static final int O_NONBLOCK = 04000;
  public static final int O_DSYNC = 010000;
  public static final int O_CLOEXEC = 02000000;
  public static final int O_PATH = 010000000;
  public static final int O_DIRECTORY = Architecture.pick(0200000, 040000);
  public static final int O_NOFOLLOW = Architecture.pick(0400000, 0100000);
  public static final int O_TMPFILE = 020000000 | O_DIRECTORY;

  /** How openat2 resolves a path: never leave the mount the directory is on. */
  public static final int RESOLVE_NO_XDEV = 0x01;

  /** Refuse links such as /proc/self/fd/3 that jump to an open file. */
  public static final int RESOLVE_NO_MAGICLINKS = 0x02;

  /** Refuse symbolic links in any place of the path. */
  public static final int RESOLVE_NO_SYMLINKS = 0x04;

  /** Fail when the path leaves the directory, by {@code ..}, an absolute path or a link. */
  public static final int RESOLVE_BENEATH = 0x08;

  /** Treat the directory as the root while resolving. */
  public static final int RESOLVE_IN_ROOT = 0x10;

  /** Fail with EAGAIN when the path is not wholly in the kernel's cache. */
  public static final int RESOLVE_CACHED = 0x20;

  private OpenFlags() {}
}
