package dev.berth.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starting a process without a copy of the JVM's address space: posix_spawn(3) suspends only the
 * calling thread until the child has executed (60 µs from 2 GB where fork takes 17 ms).
 *
 * <p>The child begins with default signal actions and an empty mask, since the JVM changes both.
 */
final class PosixSpawn {

  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;
  private static final int F_DUPFD_CLOEXEC = 1030;

  /** glibc's functions (2.34 and later), found when the first process is started. */
  private static final class Functions {
    static final long SPAWN = NativeCalls.libcFunction("posix_spawn");
    static final long ACTIONS_INIT = NativeCalls.libcFunction("posix_spawn_file_actions_init");
    static final long ACTIONS_DUP2 = NativeCalls.libcFunction("posix_spawn_file_actions_adddup2");
    static final long ACTIONS_CLOSE = NativeCalls.libcFunction("posix_spawn_file_actions_addclose");
    static final long ACTIONS_CLOSE_FROM =
        NativeCalls.libcFunction("posix_spawn_file_actions_addclosefrom_np");
    static final long ACTIONS_END = NativeCalls.libcFunction("posix_spawn_file_actions_destroy");
    static final long ATTR_INIT = NativeCalls.libcFunction("posix_spawnattr_init");
    static final long ATTR_FLAGS = NativeCalls.libcFunction("posix_spawnattr_setflags");
    static final long ATTR_DEFAULT = NativeCalls.libcFunction("posix_spawnattr_setsigdefault");
    static final long ATTR_MASK = NativeCalls.libcFunction("posix_spawnattr_setsigmask");
    static final long ATTR_END = NativeCalls.libcFunction("posix_spawnattr_destroy");
  }

  private PosixSpawn() {}

  static int start(Processes.Spawn request) throws ErrnoException {
    var moved = new ArrayList<Fd>();
    try (var scratch = Scratch.ofSize(room(request))) {
      long actions = scratch.address(scratch.reserve(Layout.SPAWN_ROOM));
      call(Functions.ACTIONS_INIT, actions, 0, 0);
      try {
        int above = 1 + highest(request.descriptors());
        addDescriptors(actions, request.descriptors(), above, moved);
        closeOthers(actions, request.descriptors(), above);
        return start(scratch, request, actions);
      } finally {
        call(Functions.ACTIONS_END, actions, 0, 0);
      }
    } finally {
      moved.forEach(Fd::close);
    }
  }

  private static int start(Scratch scratch, Processes.Spawn request, long actions)
      throws ErrnoException {
    long attributes = attributes(scratch, request.newSession());
    int pid = scratch.reserve(4);
    long path = PathText.put(scratch, "posix_spawn", utf8(request.executable()));
    long argv = strings(scratch, request.arguments());
    long envp = strings(scratch, request.environment());
    int errno =
        (int)
            NativeCalls.invoke(
                Functions.SPAWN, scratch.address(pid), path, actions, attributes, argv, envp);
    call(Functions.ATTR_END, attributes, 0, 0);
    if (errno != 0) {
      throw new ErrnoException("posix_spawn", request.executable(), errno);
    }
    return scratch.getInt(pid);
  }

  private static long attributes(Scratch scratch, boolean newSession) {
    long attributes = scratch.address(scratch.reserve(Layout.SPAWN_ROOM));
    int none = scratch.reserve(Layout.SIGSET_SIZE);
    int all = scratch.reserve(Layout.SIGSET_SIZE);
    scratch.putLong(all, everySignal());
    call(Functions.ATTR_INIT, attributes, 0, 0);
    call(Functions.ATTR_MASK, attributes, scratch.address(none), 0);
    call(Functions.ATTR_DEFAULT, attributes, scratch.address(all), 0);
    int flags = SETSIGDEF | SETSIGMASK | (newSession ? SETSID : 0);
    call(Functions.ATTR_FLAGS, attributes, flags, 0);
    return attributes;
  }

  /** All but KILL and STOP, whose action nobody can set, and the two glibc keeps for itself. */
  private static long everySignal() {
    return ~((1L << 8) | (1L << 18) | (1L << 31) | (1L << 32));
  }

  /**
   * First copies every descriptor to a number above all targets, so that no dup2 overwrites what a
   * later one needs.
   */
  private static void addDescriptors(
      long actions, Map<Integer, Fd> descriptors, int above, List<Fd> moved) throws ErrnoException {
    for (var entry : descriptors.entrySet()) {
      long copy = SystemCall.FCNTL.raw(entry.getValue().number(), F_DUPFD_CLOEXEC, above, 0, 0);
      moved.add(Fd.owned((int) SystemCall.FCNTL.check(copy, entry.getValue())));
      added(call(Functions.ACTIONS_DUP2, actions, copy, entry.getKey()));
    }
  }

  /** The JDK opens files without close-on-exec, so the child closes all it was not given. */
  private static void closeOthers(long actions, Map<Integer, Fd> descriptors, int above)
      throws ErrnoException {
    for (int fd = 0; fd < above; fd++) {
      if (!descriptors.containsKey(fd)) {
        added(call(Functions.ACTIONS_CLOSE, actions, fd, 0));
      }
    }
    added(call(Functions.ACTIONS_CLOSE_FROM, actions, above, 0));
  }

  private static void added(int errno) throws ErrnoException {
    if (errno != 0) {
      throw new ErrnoException("posix_spawn_file_actions", "", errno);
    }
  }

  private static int highest(Map<Integer, Fd> descriptors) {
    int highest = 2;
    for (int number : descriptors.keySet()) {
      highest = Math.max(highest, number);
    }
    return highest;
  }

  /** A null-terminated array of C strings; the answer is its address. */
  private static long strings(Scratch scratch, List<String> values) throws ErrnoException {
    int array = scratch.reserve(8 * (values.size() + 1));
    for (int i = 0; i < values.size(); i++) {
      byte[] text = utf8(values.get(i));
      if (values.get(i).indexOf('\0') >= 0) {
        throw new ErrnoException("posix_spawn", "argument with a NUL byte", Errno.EINVAL);
      }
      scratch.putLong(array + 8 * i, scratch.cString(text));
    }
    return scratch.address(array);
  }

  private static int room(Processes.Spawn request) {
    int bytes = 8192;
    for (String s : request.arguments()) {
      bytes += 3 * s.length() + 32;
    }
    for (String s : request.environment()) {
      bytes += 3 * s.length() + 32;
    }
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int call(long function, long a, long b, long c) {
    return (int) NativeCalls.invoke(function, a, b, c, 0, 0, 0);
  }
}
