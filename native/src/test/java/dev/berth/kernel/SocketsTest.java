package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {

  @TempDir Path folder;
  private final Sockets sockets = Kernel.linux().sockets();
  private final FileIo io = Kernel.linux().io();

  @Test
  void descriptorsTravelWithAMessage() throws Exception {
    try (var pair = sockets.socketpair(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET);
        var pipe = io.pipe(0)) {
      List<Fd> many = Collections.nCopies(Sockets.MAX_FDS, pipe.write());
      sockets.sendWithFds(pair.left(), text("take these"), many, 0);
      ByteBuffer room = ByteBuffer.allocate(100);
      var received = sockets.receiveWithFds(pair.right(), room, 0);
      assertThat(received.length()).isEqualTo(10);
      assertThat(received.fds()).hasSize(Sockets.MAX_FDS);
      io.writeAll(received.fds().getLast(), text("x"));
      received.fds().forEach(Fd::close);
      assertThat(io.read(pipe.read(), ByteBuffer.allocate(4))).isEqualTo(1);
      assertThatThrownBy(
              () -> {
                var tooMany = Collections.nCopies(Sockets.MAX_FDS + 1, pipe.write());
                sockets.sendWithFds(pair.left(), text("no"), tooMany, 0);
              })
          .hasMessageContaining("EINVAL");
    }
  }

  @Test
  void aMessageThatDoesNotFitIsAFailureAndLosesNoDescriptor() throws Exception {
    try (var pair = sockets.socketpair(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET);
        var pipe = io.pipe(OpenFlags.O_NONBLOCK)) {
      sockets.sendWithFds(pair.left(), text("too long"), List.of(pipe.write()), 0);
      pipe.write().close();
      assertThatThrownBy(() -> sockets.receiveWithFds(pair.right(), ByteBuffer.allocate(2), 0))
          .hasMessageContaining("EMSGSIZE");
      assertThat(io.read(pipe.read(), ByteBuffer.allocate(1))).isZero();
    }
  }

  @Test
  void listensAndConnectsEvenOnALongPath() throws Exception {
    Path deep = folder.resolve("d".repeat(100)).resolve("e".repeat(100));
    Files.createDirectories(deep);
    String path = deep.resolve("s.sock").toString();
    try (Fd listener = sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET, 0);
        Fd client = sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET, 0)) {
      sockets.bindUnix(listener, path);
      sockets.listen(listener, 4);
      sockets.connectUnix(client, path);
      try (Fd server = sockets.accept(listener, 0)) {
        assertThat(sockets.peerCredentials(server).pid())
            .isEqualTo((int) ProcessHandle.current().pid());
        sockets.timeouts(server, Duration.ofMillis(20), Duration.ZERO);
        ByteBuffer room = ByteBuffer.allocateDirect(16);
        assertThat(sockets.receive(server, room, 0)).isEqualTo(FileIo.WOULD_BLOCK);
        sockets.send(client, text("ping"), 0);
        assertThat(sockets.poll(server, Sockets.POLLIN, Duration.ofSeconds(5)))
            .isEqualTo(Sockets.POLLIN);
        assertThat(sockets.receive(server, room, 0)).isEqualTo(4);
        sockets.shutdown(client, 2);
        assertThat(sockets.receive(server, room, 0)).isZero();
      }
    }
  }

  @Test
  void anAbsentListenerIsNamed() throws Exception {
    String path = folder.resolve("none").toString();
    try (Fd client = sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET, 0)) {
      assertThatThrownBy(() -> sockets.connectUnix(client, path))
          .hasMessage("connect(" + path + "): ENOENT (no such file or directory)");
    }
  }

  /** RTM_GETLINK for the loopback device: the answer is a RTM_NEWLINK about index 1. */
  @Test
  void netlinkAnswers() throws Exception {
    try (Fd netlink = sockets.socket(Sockets.AF_NETLINK, Sockets.SOCK_RAW, Sockets.NETLINK_ROUTE)) {
      sockets.bindNetlink(netlink, 0, 0);
      sockets.option(netlink, Sockets.SOL_NETLINK, Sockets.NETLINK_EXT_ACK, 1);
      assertThat(sockets.netlinkPort(netlink)).isNotZero();
      ByteBuffer request = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
      request.putInt(32).putShort((short) 18).putShort((short) 1).putInt(7).putInt(0);
      request.putInt(0).putInt(1).putInt(0).putInt(0).flip();
      sockets.send(netlink, request, 0);
      ByteBuffer answer = ByteBuffer.allocate(65536).order(ByteOrder.nativeOrder());
      assertThat(sockets.receive(netlink, answer, 0)).isGreaterThan(32);
      assertThat(answer.getShort(4)).isEqualTo((short) 16);
      assertThat(answer.getInt(20)).isEqualTo(1);
    }
  }

  @Test
  void epollReportsTokensUntilRemoved() throws Exception {
    try (var epoll = Kernel.linux().epoll();
        var pair = sockets.socketpair(Sockets.AF_UNIX, Sockets.SOCK_STREAM)) {
      epoll.add(pair.left(), Epoll.EPOLLIN, 0x1122334455667788L);
      assertThat(epoll.await(Duration.ZERO, (t, e) -> {})).isZero();
      sockets.send(pair.right(), text("x"), 0);
      var seen = new ArrayList<Long>();
      assertThat(epoll.await(Duration.ofSeconds(5), (t, e) -> seen.add(t))).isEqualTo(1);
      assertThat(seen).containsExactly(0x1122334455667788L);
      epoll.remove(pair.left());
      epoll.remove(pair.left());
      assertThat(epoll.await(Duration.ZERO, (t, e) -> {})).isZero();
    }
  }

  private static ByteBuffer text(String s) {
    return ByteBuffer.wrap(s.getBytes(StandardCharsets.UTF_8));
  }
}
