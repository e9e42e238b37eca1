package dev.berth.shim;

import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import dev.berth.kernel.Processes;
import dev.berth.kernel.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts shims on this machine. */
final class LocalShimLauncher implements ShimLauncher {
  private final Kernel kernel;
  private final Duration deadline;
  private final @Nullable Path other;
  private final Object lock = new Object();
  // Both are made with the first shim.
  private @Nullable Fd program;
  private @Nullable ShimLoop loop;

  /**
   * A launcher.
   *
   * @param other a program to start instead of the one that this build carries
   */
  LocalShimLauncher(Kernel kernel, Duration deadline, @Nullable Path other) {
    this.kernel = kernel;
    this.deadline = deadline;
    this.other = other;
  }

  /**
   * The shim gets one end of a connected pair, so that it is spoken to while it comes up: waiting
   * for the process that was started, then connecting, would take turns with it instead.
   */
  @Override
  public Shim launch(ShimSpec spec, ExitListener listener) throws ShimFailure {
    try (FileIo.Pipe complaints = kernel.io().pipe(OpenFlags.O_NONBLOCK);
        Sockets.Pair line = kernel.sockets().socketpair(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET)) {
      int pid = start(spec, complaints.write(), line.right());
      complaints.write().close();
      line.right().close();
      kernel.sockets().timeouts(line.left(), deadline, deadline);
      Fd ours = Fd.owned(line.left().release());
      return started(pid, complaints.read(), () -> greeted(spec.podId(), ours, listener));
    } catch (ErrnoException e) {
      throw machine(spec.podId(), e.errno(), e);
    } catch (IOException e) {
      throw machine(spec.podId(), 0, e);
    }
  }

  @FunctionalInterface
  private interface Greeting {
    Shim get() throws ShimFailure;
  }

  /** The process that was started ends when the shim is there; if it failed, it knows best why. */
  private Shim started(int pid, Fd complaints, Greeting greeting) throws IOException, ShimFailure {
    Shim shim = null;
    ShimFailure failure = null;
    try {
      shim = greeting.get();
    } catch (ShimFailure e) {
      failure = e;
    }
    Processes.Exit exit = kernel.processes().waitFor(pid, 0).orElseThrow();
    if (exit.status() == 0 && failure != null) {
      throw failure;
    }
    if (exit.status() == 0 && shim != null) {
      return shim;
    }
    if (shim != null) {
      shim.close();
    }
    throw new IOException("it ended with " + exit.status() + ": " + read(complaints));
  }

  private static ShimFailure machine(String podId, int errno, IOException cause) {
    ShimFailure failure =
        new ShimFailure(ShimFailure.Kind.MACHINE, "pod " + podId + ":", errno, text(cause, errno));
    failure.initCause(cause);
    return failure;
  }

  /** The number is named by the failure. */
  private static String text(IOException cause, int errno) {
    String text = String.valueOf(cause.getMessage());
    int named = errno == 0 ? -1 : text.indexOf(": " + Errno.name(errno));
    return named < 0 ? text : text.substring(0, named);
  }

  private int start(ShimSpec spec, Fd complaints, Fd line) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("berth-shim", "--pod", spec.podId(), "--socket", spec.socketPath()));
    arguments.addAll(List.of("--connection", "3"));
    spec.cgroupDirs().forEach(dir -> arguments.addAll(List.of("--cgroup", dir)));
    try (Fd nothing = kernel.tree().open(Fd.CWD, "/dev/null", OpenFlags.O_RDWR, 0)) {
      Map<Integer, Fd> descriptors = Map.of(0, nothing, 1, nothing, 2, complaints, 3, line);
      return kernel
          .processes()
          .spawn(new Processes.Spawn(path(program()), arguments, List.of(), descriptors, true));
    }
  }

  /** The program as the new process finds it, which has none of our descriptors. */
  private static String path(Fd program) {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + program.number();
  }

  private String read(Fd pipe) throws ErrnoException {
    ByteBuffer room = ByteBuffer.allocate(1024);
    int length = kernel.io().read(pipe, room);
    return length <= 0
        ? "it said nothing"
        : new String(room.array(), 0, length, StandardCharsets.UTF_8).strip();
  }

  @Override
  public Shim reconnect(String podId, String socketPath, ExitListener listener) throws ShimFailure {
    return greeted(podId, connect(podId, socketPath), listener);
  }

  private Shim greeted(String podId, Fd socket, ExitListener listener) throws ShimFailure {
    ConnectedShim shim = new ConnectedShim(kernel, podId, socket, deadline, listener);
    try {
      loop().add(shim.line());
    } catch (ErrnoException e) {
      socket.close();
      throw machine(podId, e.errno(), e);
    }
    try {
      shim.greet();
      return shim;
    } catch (ShimFailure failure) {
      shim.close();
      throw failure;
    }
  }

  private Fd connect(String podId, String socketPath) throws ShimFailure {
    Fd socket = null;
    try {
      socket = kernel.sockets().socket(Sockets.AF_UNIX, Sockets.SOCK_SEQPACKET, 0);
      kernel.sockets().timeouts(socket, deadline, deadline);
      kernel.sockets().connectUnix(socket, socketPath);
      return socket;
    } catch (ErrnoException e) {
      if (socket != null) {
        socket.close();
      }
      throw new ShimFailure(
          ShimFailure.Kind.UNREACHABLE,
          "connect to the shim of pod " + podId + " at",
          e.errno(),
          socketPath);
    }
  }

  private Fd program() throws IOException {
    synchronized (lock) {
      Fd known = program;
      if (known == null) {
        known = SealedProgram.of(kernel, "berth-shim", ShimBinary.load(other));
        program = known;
      }
      return known;
    }
  }

  private ShimLoop loop() throws ErrnoException {
    synchronized (lock) {
      ShimLoop known = loop;
      if (known == null) {
        known = new ShimLoop(kernel);
        loop = known;
      }
      return known;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (loop != null) {
        loop.close();
      }
      if (program != null) {
        program.close();
      }
      loop = null;
      program = null;
    }
  }
}
