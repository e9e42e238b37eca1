package dev.berth.netns;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Sockets;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace that plays a pod or the outside, with a thread that lives in it. The JVM's
 * other threads are in the one that plays the host.
 */
public final class TestNetns implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;

  @SuppressWarnings("restricted")
  private static final MethodHandle UNSHARE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("unshare").orElseThrow(),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  /** The namespace. */
  public final Fd netns;

  /** A route socket inside it. */
  public final Fd socket;

  private final ExecutorService inside;

  private TestNetns(Fd netns, Fd socket, ExecutorService inside) {
    this.netns = netns;
    this.socket = socket;
    this.inside = inside;
  }

  /** Skips the test where the JVM has no namespace of its own. */
  public static void assumeOwnHost() {
    assumeTrue(
        "1".equals(System.getenv("BERTH_TEST_NETNS")),
        "needs root and a network namespace of its own (src/test/netns/bin/java)");
  }

  /** A new one. */
  public static TestNetns make() {
    ExecutorService inside =
        Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("netns").unstarted(task));
    return get(inside, () -> open(inside));
  }

  /** Runs code on a thread that is in the namespace: sockets that it makes are there. */
  public <T> T call(Callable<T> code) {
    return get(inside, code);
  }

  private static <T> T get(ExecutorService thread, Callable<T> code) {
    try {
      return thread.submit(code).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e.getCause() == null ? e : e.getCause());
    }
  }

  private static TestNetns open(ExecutorService inside) throws Exception {
    int result;
    try {
      result = (int) UNSHARE.invokeExact(CLONE_NEWNET);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (result != 0) {
      throw new IOException("unshare failed");
    }
    Kernel kernel = Kernel.linux();
    Fd netns = kernel.tree().open(Fd.CWD, "/proc/thread-self/ns/net", 0, 0);
    Fd socket =
        kernel.sockets().socket(Sockets.AF_NETLINK, Sockets.SOCK_RAW, Sockets.NETLINK_ROUTE);
    return new TestNetns(netns, socket, inside);
  }

  /** A path to the namespace that other processes can use. */
  public String path() {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + netns.number();
  }

  /** Runs a command in the namespace and answers what it printed; fails when it fails. */
  public String run(String... command) {
    return exec(inside(command));
  }

  private List<String> inside(String... command) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + path()));
    words.addAll(List.of(command));
    return words;
  }

  /** Runs a command on the host that the tests play. */
  public static String host(String... command) {
    return exec(List.of(command));
  }

  private static String exec(List<String> words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", words) + " failed: " + out);
      }
      return out;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(String.join(" ", words), e);
    }
  }

  @Override
  public void close() {
    inside.shutdownNow();
    socket.close();
    netns.close();
  }
}
