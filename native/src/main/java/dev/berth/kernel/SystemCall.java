package dev.berth.kernel;

import java.util.Locale;

/**
 * The system calls that are used, with their numbers on x86-64 and arm64 (syscalls(2)). Calls added
 * since Linux 5.1 have one number everywhere.
 */
enum SystemCall {
  OPENAT(257, 56),
  OPENAT2(437, 437),
  MKDIRAT(258, 34),
  MKNODAT(259, 33),
  SYMLINKAT(266, 36),
  LINKAT(265, 37),
  RENAMEAT2(316, 276),
  UNLINKAT(263, 35),
  READLINKAT(267, 78),
  FCHOWNAT(260, 54),
  FCHMODAT(268, 53),
  UTIMENSAT(280, 88),
  STATX(332, 291),
  GETDENTS64(217, 61),
  SETXATTR(188, 5),
  LSETXATTR(189, 6),
  GETXATTR(191, 8),
  READ(0, 63),
  PREAD64(17, 67),
  WRITE(1, 64),
  PWRITE64(18, 68),
  FSYNC(74, 82),
  FDATASYNC(75, 83),
  SYNCFS(306, 267),
  FTRUNCATE(77, 46),
  FALLOCATE(285, 47),
  FSTATFS(138, 44),
  FCHMOD(91, 52),
  FCHOWN(93, 55),
  FSETXATTR(190, 7),
  FGETXATTR(193, 10),
  FLISTXATTR(196, 13),
  FLOCK(73, 32),
  MEMFD_CREATE(319, 279),
  FCNTL(72, 25),
  PIPE2(293, 59),
  EVENTFD2(290, 19),
  LSEEK(8, 62),
  IOCTL(16, 29),
  CLOSE(3, 57),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  MOUNT_SETATTR(442, 442),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SOCKET(41, 198),
  SOCKETPAIR(53, 199),
  BIND(49, 200),
  CONNECT(42, 203),
  LISTEN(50, 201),
  ACCEPT4(288, 242),
  SHUTDOWN(48, 210),
  SETSOCKOPT(54, 208),
  GETSOCKOPT(55, 209),
  GETSOCKNAME(51, 204),
  SENDMSG(46, 211),
  RECVMSG(47, 212),
  PPOLL(271, 73),
  EPOLL_CREATE1(291, 20),
  EPOLL_CTL(233, 21),
  EPOLL_PWAIT(281, 22),
  PIDFD_OPEN(434, 434),
  PIDFD_SEND_SIGNAL(424, 424),
  KILL(62, 129),
  WAITID(247, 95),
  BPF(321, 280);

  private final int x86;
  private final int arm;
  private final int number;

  SystemCall(int x86, int arm) {
    this.number = Architecture.pick(x86, arm);
    this.x86 = x86;
    this.arm = arm;
  }

  /** The number on an architecture, for comparing with the compiler's headers. */
  int number(Architecture architecture) {
    return architecture == Architecture.X86_64 ? x86 : arm;
  }

  /** The call's name as its man page has it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Makes the call; the answer is its result or minus the errno. */
  long raw(long a, long b, long c, long d, long e) {
    return NativeCalls.syscall(number, a, b, c, d, e);
  }

  /** Makes the call until a signal does not disturb it. */
  long repeated(long a, long b, long c, long d, long e) {
    long result;
    do {
      result = NativeCalls.syscall(number, a, b, c, d, e);
    } while (result == -Errno.EINTR);
    return result;
  }

  /** The failure that a result below zero stands for. */
  ErrnoException failed(long result, String about) {
    return new ErrnoException(label(), about, (int) -result);
  }

  /** Throws if the result is below zero, with the subject's text as argument. */
  long check(long result, Object about) throws ErrnoException {
    if (result < 0) {
      throw failed(result, about.toString());
    }
    return result;
  }
}
