package dev.berth.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.network.Attachment;
import dev.berth.shim.ExitListener;
import dev.berth.shim.PodNamespaces;
import dev.berth.shim.PodPlan;
import dev.berth.shim.Shim;
import dev.berth.shim.ShimFailure;
import dev.berth.shim.ShimLauncher;
import dev.berth.shim.ShimSpec;
import dev.berth.spec.HostsFile;
import dev.berth.spec.check.Refusal;
import dev.berth.state.Layout;
import dev.berth.state.ShimFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the parts of a pod, each in one call. */
public final class PodParts {
  private static final Path NODE_RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final Path NODE_HOSTS = Path.of("/etc/hosts");
  private static final int LONGEST_FILE = 1 << 20;

  private final Layout layout;
  private final ShimLauncher shims;
  private final ExitListener exits;
  private final List<String> shimCgroups;

  /**
   * Over a daemon's directories.
   *
   * @param shimCgroups the directories of the cgroup that shims live in; they exist
   */
  public PodParts(Layout layout, ShimLauncher shims, ExitListener exits, List<String> shimCgroups) {
    this.layout = layout;
    this.shims = shims;
    this.exits = exits;
    this.shimCgroups = shimCgroups;
  }

  void makeDirectory(String id) throws IOException {
    makeDirectory(layout.pod(id));
  }

  void makeDirectory(Path directory) throws IOException {
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Makes the directory of a spare the pod's: the shim's socket in it keeps listening. */
  void adoptDirectory(Path spare, String id) throws IOException {
    Files.move(spare, layout.pod(id), StandardCopyOption.ATOMIC_MOVE);
  }

  Shim startShim(String id, Path socket, ExitListener listener) throws ShimFailure {
    return shims.launch(new ShimSpec(id, socket.toString(), shimCgroups), listener);
  }

  Shim startShim(String id) {
    try {
      return startShim(id, layout.shimSocket(id), exits);
    } catch (ShimFailure e) {
      throw ShimFaults.of("start the shim", e);
    }
  }

  /**
   * Finds a pod's shim again.
   *
   * @throws ShimFailure when none answers
   */
  public Shim reconnectShim(String id) throws ShimFailure {
    return shims.reconnect(id, layout.shimSocket(id).toString(), exits);
  }

  /**
   * Hears of the end of a pod's shim that came before the pod could be seen, and was nobody's news
   * then; to be called when it can be seen.
   */
  public void noticeLoss(@Nullable Shim shim) {
    if (shim != null && shim.isGone()) {
      exits.lost(shim);
    }
  }

  PodNamespaces makeNamespaces(Shim shim, PodPlan plan) {
    try {
      return shim.preparePod(plan);
    } catch (ShimFailure e) {
      throw refused("make the namespaces of pod " + shim.podId(), plan, e);
    }
  }

  /** Names a pod whose namespaces are there. */
  PodNamespaces nameNamespaces(Shim shim, PodPlan plan) {
    try {
      return shim.completePod(plan);
    } catch (ShimFailure e) {
      throw refused("name pod " + shim.podId(), plan, e);
    }
  }

  private static Fault refused(String attempted, PodPlan plan, ShimFailure failure) {
    boolean sysctl =
        failure.kind() == ShimFailure.Kind.BAD_REQUEST
            && plan.sysctls().containsKey(failure.detail());
    return ShimFaults.of(sysctl ? sysctl(plan, failure.detail()) + attempted : attempted, failure);
  }

  private static String sysctl(PodPlan plan, String name) {
    String value = Refusal.printable(String.valueOf(plan.sysctls().get(name)));
    return "config.linux.sysctls[" + name + "] \"" + value + "\": ";
  }

  /** Writes the files that containers see as /etc/resolv.conf, /etc/hosts and /etc/hostname. */
  void writeFiles(SandboxRequest asked, @Nullable Attachment attachment) throws IOException {
    Path pod = layout.pod(asked.born().getId());
    String resolvConf = asked.spec().resolvConf();
    write(
        pod.resolve("resolv.conf"),
        resolvConf == null ? copy(NODE_RESOLV_CONF) : resolvConf.getBytes(UTF_8));
    write(pod.resolve("hostname"), (asked.spec().hostname() + "\n").getBytes(UTF_8));
    write(pod.resolve("hosts"), hosts(asked, attachment));
  }

  private static byte[] hosts(SandboxRequest asked, @Nullable Attachment attachment)
      throws IOException {
    if (attachment == null) {
      return copy(NODE_HOSTS);
    }
    List<String> addresses = attachment.ips().stream().map(InetAddress::getHostAddress).toList();
    return HostsFile.content(asked.spec().hostname(), addresses).getBytes(UTF_8);
  }

  /** One write, no sync: the directory does not survive a reboot anyway. */
  private static void write(Path file, byte[] content) throws IOException {
    Files.write(file, content);
  }

  private static byte[] copy(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(LONGEST_FILE);
    } catch (NoSuchFileException _) {
      return new byte[0];
    }
  }
}
