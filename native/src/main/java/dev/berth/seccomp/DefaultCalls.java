package dev.berth.seccomp;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The calls of {@link DefaultProfile}, by what they are about (syscalls(2)). */
final class DefaultCalls {

  static final int CAP_DAC_READ_SEARCH = 2;
  static final int CAP_SYS_MODULE = 16;
  static final int CAP_SYS_RAWIO = 17;
  static final int CAP_SYS_CHROOT = 18;
  static final int CAP_SYS_PTRACE = 19;
  static final int CAP_SYS_PACCT = 20;
  static final int CAP_SYS_ADMIN = 21;
  static final int CAP_SYS_BOOT = 22;
  static final int CAP_SYS_NICE = 23;
  static final int CAP_SYS_TIME = 25;
  static final int CAP_SYS_TTY_CONFIG = 26;
  static final int CAP_SYSLOG = 34;
  static final int CAP_PERFMON = 38;
  static final int CAP_BPF = 39;

  private static final String OPEN_FILES =
      """
      close close_range copy_file_range dup dup2 dup3 fadvise64 fadvise64_64 arm_fadvise64_64
      fallocate fcntl fcntl64 fdatasync flock fsync ftruncate ftruncate64 ioctl _llseek lseek
      pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readv sendfile sendfile64
      splice sync sync_file_range sync_file_range2 arm_sync_file_range syncfs tee vmsplice write
      writev cachestat
      """;

  private static final String PATHS =
      """
      access chdir chmod chown chown32 creat faccessat faccessat2 fchdir fchmod fchmodat fchmodat2
      fchown fchown32 fchownat fstat fstat64 fstatat64 fstatfs fstatfs64 futimesat getcwd getdents
      getdents64 lchown lchown32 link linkat lstat lstat64 mkdir mkdirat mknod mknodat
      name_to_handle_at newfstatat oldfstat oldlstat oldstat open openat openat2 readdir readlink
      readlinkat rename renameat renameat2 rmdir stat stat64 statfs statfs64 statx symlink
      symlinkat truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes
      """;

  private static final String ATTRIBUTES =
      """
      fgetxattr flistxattr fremovexattr fsetxattr getxattr lgetxattr listxattr llistxattr
      lremovexattr lsetxattr removexattr setxattr getxattrat listxattrat removexattrat setxattrat
      file_getattr file_setattr
      """;

  private static final String EVENTS =
      """
      epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
      epoll_wait_old eventfd eventfd2 fanotify_mark inotify_add_watch inotify_init inotify_init1
      inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64
      io_setup io_submit _newselect pipe pipe2 poll ppoll ppoll_time64 pselect6 pselect6_time64
      select signalfd signalfd4 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime
      timerfd_settime64
      """;

  private static final String MEMORY =
      """
      brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore
      mlock mlock2 mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap
      pkey_alloc pkey_free pkey_mprotect remap_file_pages
      """;

  private static final String PROCESSES =
      """
      alarm capget capset execve execveat exit exit_group fork getegid getegid32 geteuid geteuid32
      getgid getgid32 getgroups getgroups32 getitimer getpgid getpgrp getpid getppid getpriority
      getresgid getresgid32 getresuid getresuid32 getrlimit getrusage getsid gettid getuid getuid32
      ioprio_get ioprio_set kill landlock_add_rule landlock_create_ruleset landlock_restrict_self
      lsm_get_self_attr lsm_list_modules pause pidfd_open pidfd_send_signal prctl prlimit64
      process_mrelease process_vm_readv process_vm_writev ptrace seccomp setfsgid setfsgid32
      setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority
      setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit
      setsid setuid setuid32 sgetmask ssetmask tgkill times tkill ugetrlimit uname vfork wait4
      waitid waitpid
      """;

  private static final String SIGNALS =
      """
      restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
      rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaction sigaltstack
      signal sigpending sigprocmask sigreturn sigsuspend
      """;

  private static final String THREADS =
      """
      arch_prctl cacheflush breakpoint futex futex_requeue futex_time64 futex_wait futex_waitv
      futex_wake get_robust_list get_thread_area getcpu modify_ldt rseq sched_get_priority_max
      sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
      sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
      sched_setparam sched_setscheduler sched_yield set_robust_list set_thread_area set_tid_address
      set_tls
      """;

  private static final String CLOCKS =
      """
      adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
      clock_gettime64 clock_nanosleep clock_nanosleep_time64 getrandom gettimeofday nanosleep
      sysinfo time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64
      timer_settime timer_settime64
      """;

  private static final String SOCKETS =
      """
      accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg
      recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socket socketcall
      socketpair
      """;

  private static final String MESSAGES =
      """
      ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
      mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop
      semtimedop_time64 shmat shmctl shmdt shmget
      """;

  /** For every container. */
  static final List<String> ALWAYS =
      Stream.of(
              OPEN_FILES,
              PATHS,
              ATTRIBUTES,
              EVENTS,
              MEMORY,
              PROCESSES,
              SIGNALS,
              THREADS,
              CLOCKS,
              SOCKETS,
              MESSAGES)
          .flatMap(DefaultCalls::words)
          .toList();

  /** For those that have a capability as well. */
  static final Map<Integer, List<String>> BY_CAPABILITY =
      Map.ofEntries(
          with(CAP_DAC_READ_SEARCH, "open_by_handle_at"),
          with(CAP_SYS_MODULE, "delete_module finit_module init_module"),
          with(CAP_SYS_RAWIO, "ioperm iopl"),
          with(CAP_SYS_CHROOT, "chroot"),
          with(CAP_SYS_PTRACE, "kcmp pidfd_getfd process_madvise"),
          with(CAP_SYS_PACCT, "acct"),
          with(
              CAP_SYS_ADMIN,
              """
              bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick listmount lookup_dcookie
              lsm_set_self_attr mount mount_setattr move_mount open_tree open_tree_attr
              perf_event_open quotactl quotactl_fd setdomainname sethostname setns statmount syslog
              umount umount2 unshare
              """),
          with(CAP_SYS_BOOT, "reboot"),
          with(
              CAP_SYS_NICE,
              "get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node"),
          with(CAP_SYS_TIME, "clock_settime clock_settime64 settimeofday stime"),
          with(CAP_SYS_TTY_CONFIG, "vhangup"),
          with(CAP_SYSLOG, "syslog"),
          with(CAP_PERFMON, "perf_event_open"),
          with(CAP_BPF, "bpf"));

  private DefaultCalls() {}

  private static Map.Entry<Integer, List<String>> with(int capability, String names) {
    return Map.entry(capability, words(names).toList());
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.strip().split("\\s+", -1));
  }
}
