package dev.berth.kernel;

import java.util.Map;

/** Error numbers; the same on x86-64 and arm64 (errno(3), asm-generic/errno.h). */
public final class Errno {

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int ENOTBLK = 15;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int ETXTBSY = 26;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int ESPIPE = 29;
  public static final int EROFS = 30;
  public static final int EMLINK = 31;
  public static final int EPIPE = 32;
  public static final int EDOM = 33;
  public static final int ERANGE = 34;
  public static final int EDEADLK = 35;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOLCK = 37;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int ETIME = 62;
  public static final int EPROTO = 71;
  public static final int EOVERFLOW = 75;
  public static final int EBADMSG = 74;
  public static final int ENOTUNIQ = 76;
  public static final int EUCLEAN = 117;
  public static final int ENOTSOCK = 88;
  public static final int EDESTADDRREQ = 89;
  public static final int EMSGSIZE = 90;
  public static final int EPROTOTYPE = 91;
  public static final int ENOPROTOOPT = 92;
  public static final int EPROTONOSUPPORT = 93;
  public static final int ESOCKTNOSUPPORT = 94;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENETDOWN = 100;
  public static final int ENETUNREACH = 101;
  public static final int ENETRESET = 102;
  public static final int ECONNABORTED = 103;
  public static final int ECONNRESET = 104;
  public static final int ENOBUFS = 105;
  public static final int EISCONN = 106;
  public static final int ENOTCONN = 107;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EHOSTDOWN = 112;
  public static final int EHOSTUNREACH = 113;
  public static final int EALREADY = 114;
  public static final int EINPROGRESS = 115;
  public static final int ESTALE = 116;
  public static final int EDQUOT = 122;
  public static final int ECANCELED = 125;
  public static final int ENOKEY = 126;

  private record Entry(String name, String text) {}

  private static final Map<Integer, Entry> ENTRIES =
      Map.ofEntries(
          Map.entry(EPERM, new Entry("EPERM", "operation not permitted")),
          Map.entry(ENOENT, new Entry("ENOENT", "no such file or directory")),
          Map.entry(ESRCH, new Entry("ESRCH", "no such process")),
          Map.entry(EINTR, new Entry("EINTR", "interrupted system call")),
          Map.entry(EIO, new Entry("EIO", "input/output error")),
          Map.entry(ENXIO, new Entry("ENXIO", "no such device or address")),
          Map.entry(E2BIG, new Entry("E2BIG", "argument list too long")),
          Map.entry(ENOEXEC, new Entry("ENOEXEC", "exec format error")),
          Map.entry(EBADF, new Entry("EBADF", "bad file descriptor")),
          Map.entry(ECHILD, new Entry("ECHILD", "no child processes")),
          Map.entry(EAGAIN, new Entry("EAGAIN", "resource temporarily unavailable")),
          Map.entry(ENOMEM, new Entry("ENOMEM", "cannot allocate memory")),
          Map.entry(EACCES, new Entry("EACCES", "permission denied")),
          Map.entry(EFAULT, new Entry("EFAULT", "bad address")),
          Map.entry(ENOTBLK, new Entry("ENOTBLK", "block device required")),
          Map.entry(EBUSY, new Entry("EBUSY", "device or resource busy")),
          Map.entry(EEXIST, new Entry("EEXIST", "file exists")),
          Map.entry(EXDEV, new Entry("EXDEV", "invalid cross-device link")),
          Map.entry(ENODEV, new Entry("ENODEV", "no such device")),
          Map.entry(ENOTDIR, new Entry("ENOTDIR", "not a directory")),
          Map.entry(EISDIR, new Entry("EISDIR", "is a directory")),
          Map.entry(EINVAL, new Entry("EINVAL", "invalid argument")),
          Map.entry(ENFILE, new Entry("ENFILE", "too many open files in system")),
          Map.entry(EMFILE, new Entry("EMFILE", "too many open files")),
          Map.entry(ENOTTY, new Entry("ENOTTY", "inappropriate ioctl for device")),
          Map.entry(ETXTBSY, new Entry("ETXTBSY", "text file busy")),
          Map.entry(EFBIG, new Entry("EFBIG", "file too large")),
          Map.entry(ENOSPC, new Entry("ENOSPC", "no space left on device")),
          Map.entry(ESPIPE, new Entry("ESPIPE", "illegal seek")),
          Map.entry(EROFS, new Entry("EROFS", "read-only file system")),
          Map.entry(EMLINK, new Entry("EMLINK", "too many links")),
          Map.entry(EPIPE, new Entry("EPIPE", "broken pipe")),
          Map.entry(EDOM, new Entry("EDOM", "numerical argument out of domain")),
          Map.entry(ERANGE, new Entry("ERANGE", "numerical result out of range")),
          Map.entry(EDEADLK, new Entry("EDEADLK", "resource deadlock avoided")),
          Map.entry(ENAMETOOLONG, new Entry("ENAMETOOLONG", "file name too long")),
          Map.entry(ENOLCK, new Entry("ENOLCK", "no locks available")),
          Map.entry(ENOSYS, new Entry("ENOSYS", "function not implemented")),
          Map.entry(ENOTEMPTY, new Entry("ENOTEMPTY", "directory not empty")),
          Map.entry(ELOOP, new Entry("ELOOP", "too many levels of symbolic links")),
          Map.entry(ENODATA, new Entry("ENODATA", "no data available")),
          Map.entry(ETIME, new Entry("ETIME", "timer expired")),
          Map.entry(EPROTO, new Entry("EPROTO", "protocol error")),
          Map.entry(EOVERFLOW, new Entry("EOVERFLOW", "value too large for defined data type")),
          Map.entry(EBADMSG, new Entry("EBADMSG", "bad message")),
          Map.entry(ENOTUNIQ, new Entry("ENOTUNIQ", "name not unique on network")),
          Map.entry(EUCLEAN, new Entry("EUCLEAN", "structure needs cleaning")),
          Map.entry(ENOTSOCK, new Entry("ENOTSOCK", "socket operation on non-socket")),
          Map.entry(EDESTADDRREQ, new Entry("EDESTADDRREQ", "destination address required")),
          Map.entry(EMSGSIZE, new Entry("EMSGSIZE", "message too long")),
          Map.entry(EPROTOTYPE, new Entry("EPROTOTYPE", "protocol wrong type for socket")),
          Map.entry(ENOPROTOOPT, new Entry("ENOPROTOOPT", "protocol not available")),
          Map.entry(EPROTONOSUPPORT, new Entry("EPROTONOSUPPORT", "protocol not supported")),
          Map.entry(ESOCKTNOSUPPORT, new Entry("ESOCKTNOSUPPORT", "socket type not supported")),
          Map.entry(EOPNOTSUPP, new Entry("EOPNOTSUPP", "operation not supported")),
          Map.entry(
              EAFNOSUPPORT, new Entry("EAFNOSUPPORT", "address family not supported by protocol")),
          Map.entry(EADDRINUSE, new Entry("EADDRINUSE", "address already in use")),
          Map.entry(EADDRNOTAVAIL, new Entry("EADDRNOTAVAIL", "cannot assign requested address")),
          Map.entry(ENETDOWN, new Entry("ENETDOWN", "network is down")),
          Map.entry(ENETUNREACH, new Entry("ENETUNREACH", "network is unreachable")),
          Map.entry(ENETRESET, new Entry("ENETRESET", "network dropped connection on reset")),
          Map.entry(ECONNABORTED, new Entry("ECONNABORTED", "software caused connection abort")),
          Map.entry(ECONNRESET, new Entry("ECONNRESET", "connection reset by peer")),
          Map.entry(ENOBUFS, new Entry("ENOBUFS", "no buffer space available")),
          Map.entry(EISCONN, new Entry("EISCONN", "transport endpoint is already connected")),
          Map.entry(ENOTCONN, new Entry("ENOTCONN", "transport endpoint is not connected")),
          Map.entry(ETIMEDOUT, new Entry("ETIMEDOUT", "connection timed out")),
          Map.entry(ECONNREFUSED, new Entry("ECONNREFUSED", "connection refused")),
          Map.entry(EHOSTDOWN, new Entry("EHOSTDOWN", "host is down")),
          Map.entry(EHOSTUNREACH, new Entry("EHOSTUNREACH", "no route to host")),
          Map.entry(EALREADY, new Entry("EALREADY", "operation already in progress")),
          Map.entry(EINPROGRESS, new Entry("EINPROGRESS", "operation now in progress")),
          Map.entry(ESTALE, new Entry("ESTALE", "stale file handle")),
          Map.entry(EDQUOT, new Entry("EDQUOT", "disk quota exceeded")),
          Map.entry(ECANCELED, new Entry("ECANCELED", "operation canceled")),
          Map.entry(ENOKEY, new Entry("ENOKEY", "required key not available")));

  private Errno() {}

  /** The symbolic name, e.g. {@code ENOENT}; {@code errno 199} for a number not listed here. */
  public static String name(int errno) {
    Entry entry = ENTRIES.get(errno);
    return entry == null ? "errno " + errno : entry.name();
  }

  /** What the number means, in lowercase words. */
  public static String text(int errno) {
    Entry entry = ENTRIES.get(errno);
    return entry == null ? "unknown error" : entry.text();
  }
}
