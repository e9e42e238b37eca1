package dev.berth.shim;

import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.FileIo;
import dev.berth.kernel.Kernel;
import dev.berth.shim.Wire.Operation;
import dev.berth.shim.Wire.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A shim at the other end of a line. */
final class ConnectedShim implements Shim, ShimLine.Events {
  private static final int ALL_SEALS =
      FileIo.SEAL_SEAL | FileIo.SEAL_SHRINK | FileIo.SEAL_GROW | FileIo.SEAL_WRITE;
  private static final ShimLine.Body NO_BODY = request -> {};

  private final Kernel kernel;
  private final String podId;
  private final ExitListener listener;
  private final ShimLine line;
  private final Map<ExecKey, CompletableFuture<ExitRecord>> sessions = new ConcurrentHashMap<>();
  private volatile int pid;
  private volatile int plans = PlanEncoder.VERSION;

  private record ExecKey(String container, String exec) {}

  private record Greeting(int wire, int plans, int pid, String podId) {}

  ConnectedShim(Kernel kernel, String podId, Fd socket, Duration deadline, ExitListener listener) {
    this.kernel = kernel;
    this.podId = podId;
    this.listener = listener;
    this.line = new ShimLine(kernel, podId, socket, deadline, this);
  }

  ShimLine line() {
    return line;
  }

  /**
   * Says hello.
   *
   * @throws ShimFailure FOREIGN when its version is not known here, WRONG_STATE when it is another
   *     pod's
   */
  void greet() throws ShimFailure {
    Greeting greeting =
        line.call(Operation.HELLO, request -> request.u32(Wire.VERSION), List.of(), this::hello);
    checkVersions(greeting);
    if (!greeting.podId().equals(podId)) {
      String step = "find the shim of pod " + podId + " where that of another is:";
      throw new ShimFailure(ShimFailure.Kind.WRONG_STATE, step, 0, greeting.podId());
    }
    plans = greeting.plans();
    line.speaks(greeting.wire());
  }

  private static void checkVersions(Greeting shim) throws ShimFailure {
    boolean older = shim.wire() < Wire.OLDEST || shim.plans() < PlanEncoder.OLDEST;
    boolean newer = shim.wire() > Wire.VERSION || shim.plans() > PlanEncoder.VERSION;
    if (older || newer) {
      String versions =
          "messages %d and plans %d, this Berth knows messages %d to %d and plans %d to %d"
              .formatted(
                  shim.wire(),
                  shim.plans(),
                  Wire.OLDEST,
                  Wire.VERSION,
                  PlanEncoder.OLDEST,
                  PlanEncoder.VERSION);
      throw new ShimFailure(ShimFailure.Kind.FOREIGN, "speak with a shim of", 0, versions);
    }
  }

  private Greeting hello(Reply reply) {
    ByteBuffer body = reply.body();
    Greeting greeting = new Greeting(body.getInt(), body.getInt(), body.getInt(), Wire.text(body));
    // Before the loop looks at anything else: from here on its end is an event.
    pid = greeting.pid();
    return greeting;
  }

  @Override
  public boolean isGone() {
    return line.isGone();
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public String podId() {
    return podId;
  }

  @Override
  public PodNamespaces preparePod(PodPlan plan) throws ShimFailure {
    try (Fd record = memfd(PlanEncoder.encode(plan))) {
      return line.call(Operation.PREPARE_POD, NO_BODY, List.of(record), ConnectedShim::namespaces);
    }
  }

  @Override
  public PodNamespaces completePod(PodPlan plan) throws ShimFailure {
    try (Fd record = memfd(PlanEncoder.encode(plan))) {
      return line.call(Operation.COMPLETE_POD, NO_BODY, List.of(record), ConnectedShim::namespaces);
    }
  }

  @Override
  public PodNamespaces podNamespaces() throws ShimFailure {
    return line.call(Operation.POD_NAMESPACES, NO_BODY, List.of(), ConnectedShim::namespaces);
  }

  private static PodNamespaces namespaces(Reply reply) {
    int which = reply.body().getInt();
    List<Fd> fds = reply.fds();
    if (fds.size() != Integer.bitCount(which)) {
      reply.closeFds();
      throw new IllegalArgumentException("namespaces came with " + fds.size() + " descriptors");
    }
    return which == 0 ? new PodNamespaces(null, null) : new PodNamespaces(fds.get(0), fds.get(1));
  }

  @Override
  public int create(ContainerPlan plan) throws ShimFailure {
    if (plans < PlanEncoder.IMAGES_SINCE) {
      refuseImages(plan);
    }
    ContainerPlan readable = plan.withStdio(plan.stdio().asVersion(plans));
    try (Fd record = memfd(PlanEncoder.encode(readable))) {
      return line.call(Operation.CREATE, NO_BODY, List.of(record), reply -> reply.body().getInt());
    }
  }

  private static void refuseImages(ContainerPlan plan) throws ShimFailure {
    for (MountOp mount : plan.mounts()) {
      if (mount instanceof MountOp.Image) {
        throw new ShimFailure(
            ShimFailure.Kind.WRONG_STATE,
            "mount an image in a pod that an earlier Berth has made, at",
            0,
            mount.target());
      }
    }
  }

  @Override
  public int createByRuntime(ContainerPlan plan) throws ShimFailure {
    try (Fd record = memfd(PlanEncoder.encode(plan))) {
      return line.call(
          Operation.CREATE_BY_RUNTIME, NO_BODY, List.of(record), reply -> reply.body().getInt());
    }
  }

  @Override
  public void startByRuntime(ExecPlan plan) throws ShimFailure {
    try (Fd record = memfd(PlanEncoder.encode(plan))) {
      line.call(Operation.START_BY_RUNTIME, NO_BODY, List.of(record), reply -> reply);
    }
  }

  @Override
  public void start(String containerId) throws ShimFailure {
    line.call(Operation.START, request -> request.text(containerId));
  }

  @Override
  public void signal(String containerId, int signal, boolean all) throws ShimFailure {
    line.call(Operation.SIGNAL, request -> request.text(containerId).u32(signal).u32(all ? 1 : 0));
  }

  @Override
  public void kill(String containerId) throws ShimFailure {
    line.call(Operation.KILL, request -> request.text(containerId));
  }

  @Override
  public void remove(String containerId) throws ShimFailure {
    line.call(Operation.REMOVE, request -> request.text(containerId));
  }

  @Override
  public ExecHandle exec(
      ExecPlan plan, @Nullable Fd stdin, @Nullable Fd stdout, @Nullable Fd stderr)
      throws ShimFailure {
    ExecKey key = new ExecKey(plan.containerId(), plan.execId());
    try (Fd record = memfd(PlanEncoder.encode(plan))) {
      List<Fd> fds = new ArrayList<>(List.of(record));
      if (stdin != null && stdout != null && stderr != null) {
        fds.addAll(List.of(stdin, stdout, stderr));
      }
      Operation operation = plan.byRuntime() ? Operation.EXEC_BY_RUNTIME : Operation.EXEC;
      return line.call(operation, NO_BODY, fds, reply -> began(key, reply));
    }
  }

  private ExecHandle began(ExecKey key, Reply reply) {
    CompletableFuture<ExitRecord> exit = new CompletableFuture<>();
    sessions.put(key, exit);
    Fd terminal = reply.fds().isEmpty() ? null : reply.fds().getFirst();
    return new ExecHandle(reply.body().getInt(), terminal, exit);
  }

  @Override
  public void killExec(String containerId, String execId) throws ShimFailure {
    try {
      line.call(Operation.KILL_EXEC, request -> request.text(containerId).text(execId));
    } catch (ShimFailure failure) {
      if (failure.kind() != ShimFailure.Kind.NOT_FOUND) {
        throw failure;
      }
    }
  }

  @Override
  public void hangUpExec(String containerId, String execId) throws ShimFailure {
    line.call(Operation.HANG_UP_EXEC, request -> request.text(containerId).text(execId));
  }

  @Override
  public AttachedStreams attach(String containerId, boolean stdin, boolean stdout, boolean stderr)
      throws ShimFailure {
    int wanted = (stdin ? 1 : 0) | (stdout ? 2 : 0) | (stderr ? 4 : 0);
    return line.call(
        Operation.ATTACH,
        request -> request.text(containerId).u32(wanted),
        List.of(),
        reply -> AttachedStreams.of(reply.body().getInt(), reply.fds()));
  }

  @Override
  public void closeStdin(String containerId) throws ShimFailure {
    line.call(Operation.CLOSE_STDIN, request -> request.text(containerId));
  }

  @Override
  public List<Fd> tcpSockets() throws ShimFailure {
    return line.call(Operation.POD_SOCKETS, NO_BODY, List.of(), Reply::fds);
  }

  @Override
  public void reopenLog(String containerId) throws ShimFailure {
    line.call(Operation.REOPEN_LOG, request -> request.text(containerId));
  }

  @Override
  public Map<String, LogCounts> logCounts() throws ShimFailure {
    Map<String, LogCounts> all = new HashMap<>();
    pages(Operation.LOG_COUNTS, all::size, body -> counts(body, all));
    return all;
  }

  private static boolean counts(ByteBuffer body, Map<String, LogCounts> into) {
    for (int count = body.getInt(); count > 0; count--) {
      String id = Wire.text(body);
      into.put(id, new LogCounts(body.getLong(), body.getLong(), body.getLong()));
    }
    return body.getInt() != 0;
  }

  @Override
  public Inventory inventory() throws ShimFailure {
    List<Inventory.Entry> all = new ArrayList<>();
    pages(Operation.INVENTORY, all::size, body -> page(body, all));
    return new Inventory(all);
  }

  /**
   * Asks until all pages have come.
   *
   * @param had how many things have come
   * @param read reads a page; whether there are more
   */
  private void pages(Operation operation, IntSupplier had, Predicate<ByteBuffer> read)
      throws ShimFailure {
    boolean more = true;
    while (more) {
      int skip = had.getAsInt();
      more =
          line.call(
              operation, request -> request.u32(skip), List.of(), reply -> read.test(reply.body()));
    }
  }

  private static boolean page(ByteBuffer body, List<Inventory.Entry> into) {
    for (int count = body.getInt(); count > 0; count--) {
      String id = Wire.text(body);
      int pid = body.getInt();
      int state = body.getInt();
      ExitRecord exit = Wire.exit(body);
      into.add(
          switch (state) {
            case 1 -> new Inventory.Entry(id, pid, Inventory.State.CREATED, null);
            case 2 -> new Inventory.Entry(id, pid, Inventory.State.RUNNING, null);
            case 3 -> new Inventory.Entry(id, pid, Inventory.State.EXITED, exit);
            default -> throw new IllegalArgumentException("container state " + state);
          });
    }
    return body.getInt() != 0;
  }

  @Override
  public void end(boolean force) throws ShimFailure {
    line.call(Operation.END, request -> request.u32(force ? 1 : 0));
    line.hangUp();
  }

  @Override
  public void close() {
    line.hangUp();
  }

  @Override
  public void exited(String container, ExitRecord exit) {
    listener.exited(this, container, exit);
  }

  @Override
  public void execExited(String container, String exec, ExitRecord exit) {
    CompletableFuture<ExitRecord> session = sessions.remove(new ExecKey(container, exec));
    if (session != null) {
      session.complete(exit);
    }
  }

  @Override
  public void broken(boolean asked) {
    ShimFailure lost =
        new ShimFailure(ShimFailure.Kind.UNREACHABLE, "wait for exec in pod", 0, podId);
    sessions.values().forEach(session -> session.completeExceptionally(lost));
    sessions.clear();
    // A shim that never answered is a failed launch or connect, which its caller hears of.
    if (!asked && pid != 0) {
      listener.lost(this);
    }
  }

  private Fd memfd(ByteBuffer plan) throws ShimFailure {
    ByteBuffer record = PlanEncoder.asVersion(plan, plans);
    try {
      Fd file = kernel.io().memfd("berth-plan", false);
      try {
        kernel.io().writeAll(file, record);
        kernel.io().addSeals(file, ALL_SEALS);
        return file;
      } catch (ErrnoException e) {
        file.close();
        throw e;
      }
    } catch (ErrnoException e) {
      throw new ShimFailure(ShimFailure.Kind.MACHINE, "write plan", e.errno(), "");
    }
  }
}
