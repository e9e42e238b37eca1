package dev.berth.e2e.cri;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A small client of SPDY/3.1 as kubectl speaks it, for the corners that crictl does not reach. One
 * thread reads; the methods wait at most {@link #PATIENCE}.
 */
public final class SpdyClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Socket socket;
  private final DataOutputStream out;
  private final String protocol;
  private final Map<Integer, ByteArrayOutputStream> data = new HashMap<>();
  private final Map<Integer, Long> counted = new HashMap<>();
  private final Set<Integer> ended = new HashSet<>();
  private int lastStream = -1;
  private boolean zlibBegun;
  private boolean gone;

  /**
   * Connects and upgrades.
   *
   * @throws IOException also when the server refuses, with its status line
   */
  public SpdyClient(String url, String protocols) throws IOException {
    URI uri = URI.create(url);
    this.socket = new Socket(uri.getHost(), uri.getPort());
    socket.setTcpNoDelay(true);
    this.out = new DataOutputStream(socket.getOutputStream());
    String request =
        "POST "
            + uri.getPath()
            + " HTTP/1.1\r\nHost: "
            + uri.getAuthority()
            + "\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: "
            + protocols
            + "\r\nContent-Length: 0\r\n\r\n";
    out.write(request.getBytes(StandardCharsets.ISO_8859_1));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    String answer = head(in);
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      socket.close();
      throw new IOException(answer.lines().findFirst().orElse("no answer"));
    }
    this.protocol = answer;
    Thread.ofPlatform().daemon().name("spdy-client").start(() -> read(in));
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** The head of the server's answer. */
  public String answer() {
    return protocol;
  }

  /** Opens a stream; headers are name, value, name, value. */
  @CanIgnoreReturnValue
  public synchronized int open(String... headers) throws IOException {
    lastStream += 2;
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    DataOutputStream block = new DataOutputStream(plain);
    block.writeInt(headers.length / 2);
    for (String text : headers) {
      block.writeInt(text.length());
      block.writeBytes(text);
    }
    // a stored block: no compressor needed
    int packed = plain.size() + 5 + (zlibBegun ? 0 : 2);
    out.writeInt(0x80030001);
    out.writeInt(10 + packed);
    out.writeInt(lastStream);
    out.writeInt(0);
    out.writeShort(0);
    if (!zlibBegun) {
      out.writeShort(0x7801);
      zlibBegun = true;
    }
    out.writeByte(0);
    out.writeShort(Short.reverseBytes((short) plain.size()));
    out.writeShort(Short.reverseBytes((short) ~plain.size()));
    plain.writeTo(out);
    return lastStream;
  }

  /** Sends bytes on a stream. */
  public void send(int stream, byte[] bytes) throws IOException {
    frame(stream, 0, bytes);
  }

  /** Sends text on a stream. */
  public void send(int stream, String text) throws IOException {
    send(stream, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends nothing more on a stream. */
  public void end(int stream) throws IOException {
    frame(stream, 1, new byte[0]);
  }

  private synchronized void frame(int stream, int flags, byte[] bytes) throws IOException {
    out.writeInt(stream);
    out.writeInt((flags << 24) | bytes.length);
    out.write(bytes);
  }

  private void read(DataInputStream in) {
    try {
      while (true) {
        int first = in.readInt();
        int second = in.readInt();
        byte[] body = in.readNBytes(second & 0xffffff);
        if (first >= 0) {
          took(first, body, ((second >>> 24) & 1) != 0);
        } else if ((first & 0xffff) == 3) {
          took(ByteBuffer.wrap(body).getInt(), new byte[0], true);
        }
      }
    } catch (IOException e) {
      lost();
    }
  }

  private synchronized void took(int stream, byte[] bytes, boolean end) {
    if (counted.computeIfPresent(stream, (key, count) -> count + bytes.length) == null) {
      data.computeIfAbsent(stream, key -> new ByteArrayOutputStream()).writeBytes(bytes);
    }
    if (end) {
      ended.add(stream);
    }
    notifyAll();
  }

  private synchronized void lost() {
    gone = true;
    notifyAll();
  }

  /** Waits for a stream's end and gives all that came on it. */
  public synchronized byte[] all(int stream) throws IOException {
    await(() -> ended.contains(stream), "the end of stream " + stream);
    return data.getOrDefault(stream, new ByteArrayOutputStream()).toByteArray();
  }

  /** The same as text. */
  public String text(int stream) throws IOException {
    return new String(all(stream), StandardCharsets.UTF_8);
  }

  /** Waits until what came on a stream contains this. */
  public synchronized void awaitText(int stream, String wanted) throws IOException {
    await(
        () ->
            data.getOrDefault(stream, new ByteArrayOutputStream())
                .toString(StandardCharsets.UTF_8)
                .contains(wanted),
        wanted);
  }

  /** From now on bytes of this stream are only counted. */
  public synchronized void countOnly(int stream) {
    counted.put(stream, 0L);
  }

  /** Waits until so many bytes were counted. */
  public synchronized void awaitCount(int stream, long bytes) throws IOException {
    await(() -> counted.getOrDefault(stream, 0L) >= bytes, bytes + " bytes");
  }

  /** How many bytes have come on a stream. */
  public synchronized int received(int stream) {
    return data.getOrDefault(stream, new ByteArrayOutputStream()).size();
  }

  /** Waits until the server has closed the connection. */
  public synchronized void awaitGone() throws IOException {
    await(() -> gone, "the end of the connection");
  }

  private void await(BooleanSupplier condition, String what) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0 || (gone && !what.startsWith("the end of the c"))) {
        throw new IOException("waited in vain for " + what + "; so far: " + data);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  /** Goes away without a word. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
