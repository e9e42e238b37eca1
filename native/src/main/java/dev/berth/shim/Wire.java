package dev.berth.shim;

import dev.berth.kernel.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages between daemon and shim; {@code wire.h} describes them. */
final class Wire {
  /**
   * Version of the messages that this daemon speaks. A new operation makes a new version and says
   * so; what an operation of an earlier version means never changes.
   */
  static final int VERSION = 5;

  /** Version of the oldest shims that are served. */
  static final int OLDEST = 1;

  /** Longest message. */
  static final int MAX = 65536;

  private static final int HEADER = 8;
  private static final int REPLY = 0x8000;

  private Wire() {}

  /** What the daemon may ask for. */
  enum Operation {
    HELLO(1),
    PREPARE_POD(2),
    POD_NAMESPACES(3),
    CREATE(4),
    START(5),
    SIGNAL(6),
    KILL(7),
    REMOVE(8),
    EXEC(9),
    KILL_EXEC(10),
    REOPEN_LOG(11),
    INVENTORY(12),
    END(13),
    HANG_UP_EXEC(14, 2),
    POD_SOCKETS(15, 2),
    ATTACH(16, 2),
    CLOSE_STDIN(17, 2),
    COMPLETE_POD(18, 3),
    CREATE_BY_RUNTIME(19, 4),
    START_BY_RUNTIME(20, 4),
    EXEC_BY_RUNTIME(21, 4),
    LOG_COUNTS(22, 5);

    private final int number;
    private final int since;

    /** An operation that every shim knows. */
    Operation(int number) {
      this(number, OLDEST);
    }

    /** An operation that shims know since a version. */
    Operation(int number, int since) {
      this.number = number;
      this.since = since;
    }

    /** The version of messages that it came with. */
    int since() {
      return since;
    }

    /** Whether its answer can take as long as a slow disk, for mounts and programs. */
    boolean waitsForTheMachine() {
      return switch (this) {
        case PREPARE_POD,
            CREATE,
            START,
            EXEC,
            CREATE_BY_RUNTIME,
            START_BY_RUNTIME,
            EXEC_BY_RUNTIME ->
            true;
        default -> false;
      };
    }

    /** For failures that the daemon itself finds, e.g. {@code "prepare pod"}. */
    String step() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  /** A message of the shim. */
  sealed interface Incoming {}

  /** The answer to one request. The body is positioned behind the header. */
  record Reply(int id, int status, ByteBuffer body, List<Fd> fds) implements Incoming {
    void closeFds() {
      fds.forEach(Fd::close);
    }
  }

  /** A container ended. */
  record Exited(String container, ExitRecord exit) implements Incoming {}

  /** An exec session ended. */
  record ExecExited(String container, String exec, ExitRecord exit) implements Incoming {}

  /** Something this daemon does not know; passed over. */
  record Unknown(int kind) implements Incoming {}

  /** Builds one request. */
  static final class Request {
    private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

    Request(Operation operation, int id) {
      bytes.putInt(operation.number).putInt(id);
    }

    Request u32(int value) {
      bytes.putInt(value);
      return this;
    }

    /**
     * Adds text.
     *
     * @throws IllegalArgumentException when it is longer than any id
     */
    Request text(String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      if (encoded.length > 128) {
        throw new IllegalArgumentException("id of " + encoded.length + " bytes");
      }
      bytes.putShort((short) encoded.length).put(encoded);
      return this;
    }

    ByteBuffer finish() {
      return bytes.flip();
    }
  }

  /**
   * Reads one message.
   *
   * @throws java.nio.BufferUnderflowException when it is shorter than it says
   */
  static Incoming read(ByteBuffer message, List<Fd> fds) {
    ByteBuffer copy = ByteBuffer.allocate(message.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(message).flip();
    int kind = Short.toUnsignedInt(copy.getShort());
    int status = Short.toUnsignedInt(copy.getShort());
    int id = copy.getInt();
    if ((kind & REPLY) != 0) {
      return new Reply(id, status, copy, fds);
    }
    fds.forEach(Fd::close);
    return switch (kind) {
      case 0x4001 -> new Exited(text(copy), exit(copy));
      case 0x4002 -> new ExecExited(text(copy), text(copy), exit(copy));
      default -> new Unknown(kind);
    };
  }

  /** The failure that a reply tells of. */
  static ShimFailure failure(Reply reply) {
    ShimFailure.Kind kind =
        switch (reply.status()) {
          case 1 -> ShimFailure.Kind.BAD_REQUEST;
          case 3 -> ShimFailure.Kind.NOT_FOUND;
          case 4 -> ShimFailure.Kind.WRONG_STATE;
          default -> ShimFailure.Kind.MACHINE;
        };
    int errno = reply.body().getInt();
    return new ShimFailure(kind, text(reply.body()), errno, text(reply.body()));
  }

  static String text(ByteBuffer from) {
    byte[] bytes = new byte[Short.toUnsignedInt(from.getShort())];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static ExitRecord exit(ByteBuffer from) {
    int status = from.getInt();
    int signal = from.getInt();
    long time = from.getLong();
    return new ExitRecord(status, signal, time, from.getLong(), text(from));
  }

  /** Whether a message is long enough to have a header. */
  static boolean isMessage(int length) {
    return length >= HEADER;
  }
}
