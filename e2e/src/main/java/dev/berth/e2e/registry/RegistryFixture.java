package dev.berth.e2e.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real {@code docker-registry} on a free loopback port, with its data in a folder of its own. It
 * ends with {@link #close}, or with this process's own end.
 */
public final class RegistryFixture implements AutoCloseable {
  private static final String PROGRAM = "docker-registry";
  private static final long START_MILLIS = 10_000;

  private final Process process;
  private final int port;
  private final Thread hook;

  private RegistryFixture(Process process, int port) {
    this.process = process;
    this.port = port;
    this.hook = new Thread(process::destroyForcibly, "registry-end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the registry's program is on the PATH. */
  public static boolean available() {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(dir -> Files.isExecutable(Path.of(dir, PROGRAM)));
  }

  /** Starts a registry that anyone may read and write. */
  public static RegistryFixture open(Path folder) throws IOException {
    return start(folder, 0, null);
  }

  /** Starts an open registry on a port that the caller chose. */
  public static RegistryFixture open(Path folder, int port) throws IOException {
    return start(folder, port, null);
  }

  /**
   * Starts a registry that asks for a login.
   *
   * @param htpasswd lines of {@code user:bcrypt-hash}, the only hash that the registry takes
   */
  public static RegistryFixture guarded(Path folder, String htpasswd) throws IOException {
    return start(folder, 0, htpasswd);
  }

  /** Host and port as an image reference names them. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** The registry's base address. */
  public URI base() {
    return URI.create("http://" + host());
  }

  /**
   * Writes a {@code hosts.toml} below {@code configPath} for each name, so that the runtime asks
   * this registry for images of that host; {@code _default} stands for every host.
   */
  public void writeHosts(Path configPath, String... names) throws IOException {
    for (String name : names) {
      Path dir = Files.createDirectories(configPath.resolve(name));
      Files.writeString(
          dir.resolve("hosts.toml"),
          """
          server = "%1$s"
          [host."%1$s"]
            capabilities = ["pull", "resolve"]
          """
              .formatted(base()));
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (!Thread.currentThread().equals(hook)) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  private static RegistryFixture start(Path folder, int wanted, @Nullable String htpasswd)
      throws IOException {
    int port = wanted == 0 ? freePort() : wanted;
    Files.createDirectories(folder.resolve("data"));
    List<String> lines = new ArrayList<>();
    lines.add("version: 0.1");
    lines.add("log: {level: warn, accesslog: {disabled: true}}");
    lines.add(
        "storage: {filesystem: {rootdirectory: \"%s\"}, delete: {enabled: true}}"
            .formatted(folder.resolve("data")));
    lines.add("http: {addr: \"127.0.0.1:%d\"}".formatted(port));
    if (htpasswd != null) {
      Path users = Files.writeString(folder.resolve("htpasswd"), htpasswd);
      lines.add("auth: {htpasswd: {realm: berth-e2e, path: \"%s\"}}".formatted(users));
    }
    Path config = Files.write(folder.resolve("config.yml"), lines);
    Process process =
        new ProcessBuilder(PROGRAM, "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    RegistryFixture fixture = new RegistryFixture(process, port);
    fixture.awaitListening(folder);
    return fixture;
  }

  private void awaitListening(Path folder) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        pause();
      }
    }
    close();
    throw new IOException(
        PROGRAM + " does not listen on " + host() + ": " + Files.readString(folder.resolve("log")));
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + PROGRAM);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
