package dev.berth.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.kernel.Errno;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Sockets;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists that change while the kernel reads them out. */
class NetlinkDumpTest {
  private static final int HEADER = 16;
  private static final int SEQUENCE = 8;

  /** Answers every dump with an empty list, the first ones marked as interrupted. */
  private static final class ChangingList {
    private final int interruptions;
    private int asked;
    private int sequence;

    ChangingList(int interruptions) {
      this.interruptions = interruptions;
    }

    private @Nullable Object sockets(String method, Object[] arguments) {
      return switch (method) {
        case "send" -> heard((ByteBuffer) arguments[1]);
        case "receive" -> answer((ByteBuffer) arguments[1]);
        default -> null; // options and timeouts
      };
    }

    private int heard(ByteBuffer request) {
      asked++;
      sequence = request.getInt(request.position() + SEQUENCE);
      return request.remaining();
    }

    private int answer(ByteBuffer room) {
      int flags = Nlm.MULTI | (asked <= interruptions ? Nlm.DUMP_INTERRUPTED : 0);
      ByteBuffer out = room.duplicate().order(ByteOrder.nativeOrder());
      out.putInt(HEADER + Integer.BYTES).putShort((short) Nlm.DONE).putShort((short) flags);
      out.putInt(sequence).putInt(0).putInt(0);
      room.position(out.position());
      return HEADER + Integer.BYTES;
    }

    NetlinkSocket socket() throws IOException {
      Sockets sockets = proxy(Sockets.class, this::sockets);
      Kernel kernel = proxy(Kernel.class, (_, _) -> sockets);
      return NetlinkSocket.borrow(kernel, Fd.borrowed(0));
    }
  }

  private interface Answer {
    @Nullable Object to(String method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    Object made =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> answer.to(method.getName(), arguments));
    return type.cast(made);
  }

  private static NetlinkWriter question() {
    return new NetlinkWriter().begin("list links", 18, Nlm.REQUEST).end();
  }

  @Test
  void anInterruptedListIsAskedForAgain() throws IOException {
    ChangingList list = new ChangingList(3);
    assertThat(list.socket().dump(question())).isEmpty();
    assertThat(list.asked).isEqualTo(4);
  }

  @Test
  void aListThatNeverHoldsStillIsGivenUp() throws IOException {
    ChangingList list = new ChangingList(Integer.MAX_VALUE);
    NetlinkSocket socket = list.socket();
    assertThatThrownBy(() -> socket.dump(question()))
        .isInstanceOfSatisfying(
            NetlinkException.class, e -> assertThat(e.is(Errno.EAGAIN)).isTrue())
        .hasMessageContaining("list links")
        .hasMessageContaining("interrupted 8 times");
    assertThat(list.asked).isEqualTo(8);
  }
}
