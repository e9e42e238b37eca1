package dev.berth.container;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one session, up to a limit for both streams together. What is small stays in
 * memory; from {@link #MEMORY} on both streams are in a file without a name, which an answer maps,
 * so that many large ones cost the heap nothing. By one thread at a time.
 */
final class KeptOutput implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptOutput.class);

  /** Bytes of both streams that are kept in memory. */
  static final int MEMORY = 256 << 10;

  private final OutputSpill spill;
  private final int limit;
  private final List<ByteArrayOutputStream> small =
      List.of(new ByteArrayOutputStream(256), new ByteArrayOutputStream(256));
  private final int[] sizes = new int[2];
  private @Nullable FileChannel file;

  /** Of what the answer leads into; there only then, because closing one stops all threads. */
  private @Nullable Arena mappings;

  private int budgeted;
  private boolean broken;
  private boolean truncated;

  /**
   * Nothing yet.
   *
   * @param limit bytes to give of both streams together, the note about more included
   */
  KeptOutput(OutputSpill spill, int limit) {
    this.spill = spill;
    this.limit = limit - note(limit).length;
  }

  /**
   * Keeps as much of this as there is room for; nothing more once the disk takes no more.
   *
   * @param stream 0 stdout, 1 stderr
   */
  void add(int stream, ByteBuffer bytes) {
    int wanted = broken ? 0 : Math.min(limit - size(), bytes.remaining());
    int taken = 0;
    try {
      taken = wanted == 0 ? 0 : keep(stream, bytes.slice(bytes.position(), wanted));
    } catch (IOException e) {
      LOG.warn("exec: output beyond {} bytes is dropped, it cannot be written", size(), e);
      broken = true;
    }
    truncated |= taken < bytes.remaining();
  }

  /** Gives how many bytes were kept: all, or what the budget allows. */
  private int keep(int stream, ByteBuffer bytes) throws IOException {
    if (file == null && size() + bytes.remaining() > MEMORY) {
      file = moved();
      small.forEach(ByteArrayOutputStream::reset);
    }
    if (file == null) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      small.get(stream).writeBytes(copy);
      sizes[stream] += copy.length;
      return copy.length;
    }
    int allowed = spill.take(bytes.remaining());
    budgeted += allowed;
    write(file, stream, sizes[stream], bytes.slice(0, allowed));
    sizes[stream] += allowed;
    return allowed;
  }

  /** A file with what was in memory. */
  private FileChannel moved() throws IOException {
    FileChannel opened = spill.open();
    try {
      for (int stream = 0; stream < sizes.length; stream++) {
        write(opened, stream, 0, ByteBuffer.wrap(small.get(stream).toByteArray()));
      }
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /** The file has room for the limit twice: for stdout, and behind it for stderr. */
  private void write(FileChannel to, int stream, int offset, ByteBuffer bytes) throws IOException {
    long at = (long) stream * limit + offset;
    while (bytes.hasRemaining()) {
      at += to.write(bytes, at);
    }
  }

  /** Good until this is closed. */
  ByteString stdout() throws IOException {
    return content(0);
  }

  /** Good until this is closed; its last line says so when something was dropped. */
  ByteString stderr() throws IOException {
    ByteString content = content(1);
    if (!truncated) {
      return content;
    }
    return content.concat(UnsafeByteOperations.unsafeWrap(note(size() + note(limit).length)));
  }

  private static byte[] note(int limit) {
    return ("\n[output beyond " + limit + " bytes was dropped]\n").getBytes(StandardCharsets.UTF_8);
  }

  private ByteString content(int stream) throws IOException {
    if (file == null) {
      return UnsafeByteOperations.unsafeWrap(small.get(stream).toByteArray());
    }
    if (sizes[stream] == 0) {
      return ByteString.EMPTY;
    }
    if (mappings == null) {
      mappings = Arena.ofShared();
    }
    long start = (long) stream * limit;
    var mapped = file.map(FileChannel.MapMode.READ_ONLY, start, sizes[stream], mappings);
    return UnsafeByteOperations.unsafeWrap(mapped.asByteBuffer());
  }

  /** Bytes of both streams, without the note. */
  int size() {
    return sizes[0] + sizes[1];
  }

  /** Whether something did not fit. */
  boolean truncated() {
    return truncated;
  }

  @Override
  public void close() throws IOException {
    if (mappings != null) {
      mappings.close();
    }
    spill.giveBack(budgeted);
    budgeted = 0;
    if (file != null) {
      file.close();
    }
  }
}
