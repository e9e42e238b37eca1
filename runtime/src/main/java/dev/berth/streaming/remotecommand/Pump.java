package dev.berth.streaming.remotecommand;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.streaming.io.FdStream;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies between a client and the descriptors of a process, each side no faster than the other
 * takes it. Input that comes before the descriptors waits, and the client is not read meanwhile. On
 * the client's event loop.
 */
final class Pump {
  private static final Logger LOG = LoggerFactory.getLogger(Pump.class);

  private final RemoteClient client;
  private final FileIo io;
  private final Runnable outputEnded;
  private final List<ByteBuf> waiting = new ArrayList<>();
  private final List<FdStream> outputs = new ArrayList<>();
  private @Nullable FdStream input;
  private @Nullable FdStream terminal;
  private int openOutputs;
  private int columns;
  private int rows;
  private boolean inputEnded;
  private boolean opened;
  private boolean closed;
  private long lastOutput = System.nanoTime();

  /**
   * A pump without descriptors yet.
   *
   * @param outputEnded run once, when all outputs have ended
   */
  Pump(RemoteClient client, FileIo io, Runnable outputEnded) {
    this.client = client;
    this.io = io;
    this.outputEnded = outputEnded;
    client.reading(false);
  }

  /**
   * The descriptors of a process, ours from now on; null where there is none. A terminal is the
   * input, and the output too when there is no other.
   */
  record Ends(@Nullable Fd stdin, @Nullable Fd stdout, @Nullable Fd stderr, @Nullable Fd terminal) {
    void close() {
      for (Fd fd : new @Nullable Fd[] {stdin, stdout, stderr, terminal}) {
        if (fd != null) {
          fd.close();
        }
      }
    }
  }

  /** Begins to copy. */
  void open(Ends ends) throws IOException {
    if (closed) {
      ends.close();
      return;
    }
    try {
      terminal = ends.terminal() == null ? null : terminal(ends.terminal(), ends.stdout() == null);
      input = ends.stdin() == null ? terminal : input(ends.stdin());
      output(ends.stdout(), client::stdout);
      output(ends.stderr(), client::stderr);
    } catch (IOException | RuntimeException e) {
      ends.close();
      close();
      throw e;
    }
    opened = true;
    if (columns > 0) {
      resize(columns, rows);
    }
    begin();
  }

  private void begin() {
    outputs.forEach(output -> output.reading(client.writable()));
    List<ByteBuf> early = List.copyOf(waiting);
    waiting.clear();
    early.forEach(this::stdin);
    if (inputEnded) {
      stdinEnded();
    }
    client.reading(input == null || input.writable());
    if (openOutputs == 0) {
      outputEnded.run();
    }
  }

  private FdStream input(Fd fd) throws IOException {
    io.nonblocking(fd, true);
    return FdStream.open(client.loop(), fd, false, new Side(ByteBuf::release, false));
  }

  private FdStream terminal(Fd fd, boolean read) throws IOException {
    io.nonblocking(fd, true);
    Side side = new Side(read ? client::stdout : ByteBuf::release, read);
    FdStream stream = FdStream.open(client.loop(), fd, false, side);
    if (read) {
      outputs.add(stream);
      openOutputs++;
    }
    return stream;
  }

  private void output(@Nullable Fd fd, Consumer<ByteBuf> to) throws IOException {
    if (fd != null) {
      io.nonblocking(fd, true);
      outputs.add(FdStream.open(client.loop(), fd, false, new Side(to, true)));
      openOutputs++;
    }
  }

  /** One descriptor's events. */
  private final class Side implements FdStream.Owner {
    private final Consumer<ByteBuf> to;
    private final boolean output;

    Side(Consumer<ByteBuf> to, boolean output) {
      this.to = to;
      this.output = output;
    }

    @Override
    public void data(ByteBuf bytes) {
      lastOutput = System.nanoTime();
      to.accept(bytes);
      if (!client.writable()) {
        outputs.forEach(stream -> stream.reading(false));
      }
    }

    /** A terminal whose last user is gone answers EIO, which is its end of file. */
    @Override
    public void ended(@Nullable IOException error) {
      if (output && --openOutputs == 0 && !closed) {
        outputEnded.run();
      }
    }

    @Override
    public void drained() {
      if (!closed) {
        client.reading(true);
      }
    }
  }

  void stdin(ByteBuf bytes) {
    if (closed || (inputEnded && opened)) {
      bytes.release();
    } else if (!opened) {
      waiting.add(bytes);
    } else if (input == null) {
      bytes.release();
    } else {
      input.write(bytes);
      client.reading(input.writable());
    }
  }

  /** A terminal's input has no end: its other side would take it for a hang-up. */
  void stdinEnded() {
    inputEnded = true;
    if (opened && input != null && !input.equals(terminal)) {
      input.endOutput();
    }
  }

  void resize(int toColumns, int toRows) {
    columns = toColumns;
    rows = toRows;
    if (terminal == null || terminal.isClosed()) {
      return;
    }
    try {
      io.windowSize(terminal.borrowed(), toColumns, toRows);
    } catch (ErrnoException e) {
      LOG.debug("terminal is gone before its size could be set", e);
    }
  }

  void writable() {
    outputs.forEach(stream -> stream.reading(client.writable()));
  }

  /** Whether output could have come and none did for this long. */
  boolean silentFor(long nanos) {
    return client.writable() && System.nanoTime() - lastOutput > nanos;
  }

  /** Whether every output has ended. */
  boolean ended() {
    return opened && openOutputs == 0;
  }

  /** Closes everything of it; twice is no error. */
  void close() {
    closed = true;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    outputs.forEach(FdStream::close);
    if (input != null) {
      input.close();
    }
    if (terminal != null) {
      terminal.close();
    }
  }
}
