package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every number Java knows about C is what the C compiler of this machine says. */
class LayoutTest {

  @TempDir static Path folder;

  private static final List<String> HEADERS =
      List.of(
          "stddef.h",
          "stdio.h",
          "fcntl.h",
          "sys/stat.h",
          "sys/socket.h",
          "sys/un.h",
          "sys/syscall.h",
          "sys/vfs.h",
          "sys/epoll.h",
          "dirent.h",
          "poll.h",
          "signal.h",
          "spawn.h",
          "sys/wait.h",
          "linux/openat2.h",
          "linux/netlink.h",
          "linux/mount.h",
          "errno.h");

  @BeforeAll
  static void needsACompiler() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/cc")), "no C compiler at /usr/bin/cc to compare with");
  }

  @Test
  void structsAndFlagsMatch() throws Exception {
    Map<String, Long> expected = new LinkedHashMap<>(structs());
    expected.putAll(sockets());
    expected.putAll(flags());
    assertThat(ask(expected.keySet())).isEqualTo(expected);
  }

  @Test
  void systemCallNumbersMatch() throws Exception {
    var expected = new LinkedHashMap<String, Long>();
    for (SystemCall call : SystemCall.values()) {
      expected.put("SYS_" + call.label(), (long) call.number(Architecture.current()));
    }
    assertThat(ask(expected.keySet())).isEqualTo(expected);
  }

  private static Map<String, Long> structs() {
    var m = new LinkedHashMap<String, Long>();
    m.put("sizeof(struct open_how)", (long) Layout.OPEN_HOW_SIZE);
    m.put("sizeof(struct statx)", (long) Layout.STATX_SIZE);
    m.put("offsetof(struct statx, stx_nlink)", (long) Layout.STATX_NLINK);
    m.put("offsetof(struct statx, stx_uid)", (long) Layout.STATX_UID);
    m.put("offsetof(struct statx, stx_gid)", (long) Layout.STATX_GID);
    m.put("offsetof(struct statx, stx_mode)", (long) Layout.STATX_MODE);
    m.put("offsetof(struct statx, stx_ino)", (long) Layout.STATX_INO);
    m.put("offsetof(struct statx, stx_size)", (long) Layout.STATX_SIZE_FIELD);
    m.put("offsetof(struct statx, stx_blocks)", (long) Layout.STATX_BLOCKS);
    m.put("offsetof(struct statx, stx_atime)", (long) Layout.STATX_ATIME);
    m.put("offsetof(struct statx, stx_ctime)", (long) Layout.STATX_CTIME);
    m.put("offsetof(struct statx, stx_mtime)", (long) Layout.STATX_MTIME);
    m.put("offsetof(struct statx, stx_rdev_major)", (long) Layout.STATX_RDEV_MAJOR);
    m.put("offsetof(struct statx, stx_dev_major)", (long) Layout.STATX_DEV_MAJOR);
    m.put("offsetof(struct statx, stx_mnt_id)", (long) Layout.STATX_MNT_ID);
    m.put("offsetof(struct statx_timestamp, tv_nsec)", (long) Layout.STATX_TIME_NSEC);
    m.put("offsetof(struct dirent64, d_reclen)", (long) Layout.DIRENT_RECLEN);
    m.put("offsetof(struct dirent64, d_type)", (long) Layout.DIRENT_TYPE);
    m.put("offsetof(struct dirent64, d_name)", (long) Layout.DIRENT_NAME);
    m.put("sizeof(struct statfs)", (long) Layout.STATFS_SIZE);
    m.put("offsetof(struct statfs, f_bsize)", (long) Layout.STATFS_BSIZE);
    m.put("offsetof(struct statfs, f_blocks)", (long) Layout.STATFS_BLOCKS);
    m.put("offsetof(struct statfs, f_bfree)", (long) Layout.STATFS_BFREE);
    m.put("offsetof(struct statfs, f_bavail)", (long) Layout.STATFS_BAVAIL);
    m.put("offsetof(struct statfs, f_files)", (long) Layout.STATFS_FILES);
    m.put("offsetof(struct statfs, f_ffree)", (long) Layout.STATFS_FFREE);
    m.put("offsetof(struct statfs, f_flags)", (long) Layout.STATFS_FLAGS);
    m.put("sizeof(struct mount_attr)", (long) Layout.MOUNT_ATTR_SIZE);
    m.put("sizeof(siginfo_t)", (long) Layout.SIGINFO_SIZE);
    m.put("offsetof(siginfo_t, si_code)", (long) Layout.SIGINFO_CODE);
    m.put("offsetof(siginfo_t, si_pid)", (long) Layout.SIGINFO_PID);
    m.put("offsetof(siginfo_t, si_status)", (long) Layout.SIGINFO_STATUS);
    m.put("sizeof(sigset_t)", (long) Layout.SIGSET_SIZE);
    m.put("sizeof(posix_spawn_file_actions_t) <= " + Layout.SPAWN_ROOM, 1L);
    m.put("sizeof(posix_spawnattr_t) <= " + Layout.SPAWN_ROOM, 1L);
    return m;
  }

  private static Map<String, Long> sockets() {
    var m = new LinkedHashMap<String, Long>();
    m.put("sizeof(struct msghdr)", (long) Layout.MSGHDR_SIZE);
    m.put("offsetof(struct msghdr, msg_iov)", (long) Layout.MSGHDR_IOV);
    m.put("offsetof(struct msghdr, msg_iovlen)", (long) Layout.MSGHDR_IOVLEN);
    m.put("offsetof(struct msghdr, msg_control)", (long) Layout.MSGHDR_CONTROL);
    m.put("offsetof(struct msghdr, msg_controllen)", (long) Layout.MSGHDR_CONTROLLEN);
    m.put("offsetof(struct msghdr, msg_flags)", (long) Layout.MSGHDR_FLAGS);
    m.put("sizeof(struct iovec)", (long) Layout.IOVEC_SIZE);
    m.put("sizeof(struct cmsghdr)", (long) Layout.CMSGHDR_SIZE);
    m.put("offsetof(struct cmsghdr, cmsg_level)", (long) Layout.CMSGHDR_LEVEL);
    m.put("offsetof(struct cmsghdr, cmsg_type)", (long) Layout.CMSGHDR_TYPE);
    m.put("sizeof(struct sockaddr_un)", (long) Layout.SOCKADDR_UN_SIZE);
    m.put("sizeof(struct sockaddr_nl)", (long) Layout.SOCKADDR_NL_SIZE);
    m.put("offsetof(struct sockaddr_nl, nl_pid)", (long) Layout.SOCKADDR_NL_PID);
    m.put("offsetof(struct sockaddr_nl, nl_groups)", (long) Layout.SOCKADDR_NL_GROUPS);
    m.put("sizeof(struct ucred)", (long) Layout.UCRED_SIZE);
    m.put("sizeof(struct pollfd)", (long) Layout.POLLFD_SIZE);
    m.put("offsetof(struct pollfd, events)", (long) Layout.POLLFD_EVENTS);
    m.put("offsetof(struct pollfd, revents)", (long) Layout.POLLFD_REVENTS);
    m.put("sizeof(struct timespec)", (long) Layout.TIMESPEC_SIZE);
    m.put("sizeof(struct epoll_event)", (long) Layout.EPOLL_EVENT_SIZE);
    m.put("offsetof(struct epoll_event, data)", (long) Layout.EPOLL_EVENT_DATA);
    return m;
  }

  private static Map<String, Long> flags() {
    var m = new LinkedHashMap<String, Long>();
    m.put("O_DIRECTORY", (long) OpenFlags.O_DIRECTORY);
    m.put("O_NOFOLLOW", (long) OpenFlags.O_NOFOLLOW);
    m.put("O_CLOEXEC", (long) OpenFlags.O_CLOEXEC);
    m.put("O_PATH", (long) OpenFlags.O_PATH);
    m.put("O_TMPFILE", (long) OpenFlags.O_TMPFILE);
    m.put("O_DSYNC", (long) OpenFlags.O_DSYNC);
    m.put("O_NONBLOCK", (long) OpenFlags.O_NONBLOCK);
    m.put("RESOLVE_IN_ROOT", (long) OpenFlags.RESOLVE_IN_ROOT);
    m.put("RESOLVE_NO_MAGICLINKS", (long) OpenFlags.RESOLVE_NO_MAGICLINKS);
    m.put("SO_PASSCRED", (long) Sockets.SO_PASSCRED);
    m.put("SO_RCVBUFFORCE", (long) Sockets.SO_RCVBUFFORCE);
    m.put("MSG_NOSIGNAL", (long) Sockets.MSG_NOSIGNAL);
    m.put("MSG_CTRUNC", (long) Sockets.MSG_CTRUNC);
    m.put("MSG_TRUNC", (long) Sockets.MSG_TRUNC);
    m.put("NETLINK_EXT_ACK", (long) Sockets.NETLINK_EXT_ACK);
    m.put("NETLINK_GET_STRICT_CHK", (long) Sockets.NETLINK_GET_STRICT_CHK);
    m.put("MOUNT_ATTR_IDMAP", (long) Mounts.MOUNT_ATTR_IDMAP);
    m.put("MOUNT_ATTR_NOSYMFOLLOW", (long) Mounts.MOUNT_ATTR_NOSYMFOLLOW);
    m.put("MOUNT_ATTR__ATIME", (long) Mounts.MOUNT_ATTR_ATIME);
    m.put("MOVE_MOUNT_T_EMPTY_PATH", (long) Mounts.MOVE_MOUNT_T_EMPTY_PATH);
    m.put("WNOWAIT", (long) Processes.WNOWAIT);
    for (String name : List.of("ENODATA", "ELOOP", "EOPNOTSUPP", "EUCLEAN", "ESTALE", "ENOKEY")) {
      m.put(name, errno(name));
    }
    return m;
  }

  private static long errno(String name) {
    try {
      return Errno.class.getField(name).getInt(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** Compiles and runs a C program that prints each expression's value. */
  private static Map<String, Long> ask(Iterable<String> expressions) throws Exception {
    var source = new StringBuilder("#define _GNU_SOURCE\n");
    HEADERS.forEach(h -> source.append("#include <").append(h).append(">\n"));
    source.append("int main(void) {\n");
    var order = new ArrayList<String>();
    for (String expression : expressions) {
      source.append("  printf(\"%lld\\n\", (long long)(").append(expression).append("));\n");
      order.add(expression);
    }
    Path c = folder.resolve("layout.c");
    Path program = folder.resolve("layout");
    Files.writeString(c, source.append("  return 0;\n}\n"));
    assertThat(run("/usr/bin/cc", "-o", program.toString(), c.toString())).isEmpty();
    List<String> lines = run(program.toString()).lines().toList();
    var values = new LinkedHashMap<String, Long>();
    for (int i = 0; i < order.size(); i++) {
      values.put(order.get(i), Long.valueOf(lines.get(i)));
    }
    return values;
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
