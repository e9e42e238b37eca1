package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.PodSandboxStatusRequest;
import dev.berth.e2e.cri.Pods;
import dev.berth.e2e.registry.Busybox;
import dev.berth.e2e.registry.LayerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Published holes of container runtimes, tried on this one: images and neighbours that want to make
 * the runtime write to the machine or give away something of it. SECURITY.md lists them all.
 */
class SecurityCasesIT {
  @RegisterExtension static final Testbed BED = new Testbed();

  /** What no container may ever read or change. */
  private static Path secret;

  @BeforeAll
  static void machine() throws IOException {
    Inside.prepare(BED.node());
    secret = Files.createDirectories(BED.home().resolve("secret"));
    Files.writeString(secret.resolve("file"), "of the machine\n");
  }

  /** An image with these links to places of the machine, each in the place of a path. */
  private static String linked(String name, Map<String, String> links) throws IOException {
    var layer = new LayerBuilder();
    links.forEach(layer::symlink);
    String image = TestImages.push(name, Busybox.image().layer(layer.build()).build());
    BED.node().pull(image);
    return image;
  }

  private static void untouched() throws IOException {
    try (Stream<Path> files = Files.list(secret)) {
      assertThat(files.map(p -> p.getFileName().toString())).containsExactly("file");
    }
    assertThat(Files.readString(secret.resolve("file"))).isEqualTo("of the machine\n");
  }

  /** The container's output, or the reason why it was not made. */
  private static String outcome(String pod, ContainerConfig.Builder config) {
    try {
      return BED.node().output(pod, config);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode())
          .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION);
      return "refused: " + e.getStatus().getDescription();
    }
  }

  /** CVE-2024-21626: a working directory by way of a descriptor that was left open. */
  @Test
  void noWorkingDirectoryLeadsToTheMachine() throws IOException {
    String pod = BED.node().pod("cwd");
    for (int fd : new int[] {3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24, 30}) {
      var config =
          Node.shell("fd" + fd, "ls ../../../.." + secret + " 2>/dev/null; cat /proc/self/cgroup")
              .setWorkingDir("/proc/self/fd/" + fd);
      assertThat(outcome(pod, config)).as("descriptor %d", fd).startsWith("refused: ");
    }
    untouched();
  }

  /** CVE-2026-41579, CVE-2026-47766: the image's /dev leads to the machine. */
  @Test
  void aLinkForDevStaysInside() throws IOException {
    String image = linked("link-dev", Map.of("dev", secret.toString()));
    String said =
        outcome(BED.node().pod("dev"), Pods.container("main", image, "sh", "-c", "ls /dev/"));
    assertThat(said.lines()).doesNotContain("file"); // the one in the folder outside
    untouched();
  }

  /** CVE-2023-28642, CVE-2025-54867: no procfs means no label and no mask. */
  @Test
  void aLinkForProcOrSysIsRefused() throws IOException {
    String pod = BED.node().pod("kernel");
    for (String name : List.of("proc", "sys")) {
      String image = linked("link-" + name, Map.of(name, secret.toString()));
      assertThat(outcome(pod, Pods.container(name, image, "true"))).startsWith("refused: ");
    }
    untouched();
  }

  /** CVE-2025-52565, CVE-2025-31133, CVE-2026-88264, CVE-2026-88265, CVE-2024-5154. */
  @Test
  void linksForDevicesAndFilesOfThePodStayInside() throws IOException {
    String target = secret.resolve("made").toString();
    String image =
        linked(
            "link-files",
            Map.of(
                "dev/console", target,
                "dev/null", secret.resolve("file").toString(),
                "dev/ptmx", target,
                "etc/mtab", target));
    String pod = BED.node().pod("files");
    String script = "echo x > /dev/null; cat /dev/null; wc -c < /proc/interrupts; echo end";
    String said = outcome(pod, Pods.container("main", image, "sh", "-c", script));
    assertThat(said).isEqualTo("0\nend\n");
    var terminal = Pods.container("terminal", image, "sh", "-c", "echo on > /dev/console");
    assertThat(outcome(pod, terminal.setTty(true))).doesNotContain("machine");
    untouched();
  }

  /** CVE-2019-18837, CVE-2024-9676: the file that a link names is looked for inside, or refused. */
  @Test
  void linksForFilesOfThePodStayInside() throws IOException {
    String pod = BED.node().pod("pod-files");
    for (String name : List.of("hosts", "hostname", "resolv.conf")) {
      String image =
          linked("link-" + name, Map.of("etc/" + name, secret.resolve("made").toString()));
      assertThat(outcome(pod, Pods.container("c-" + name, image, "cat", "/etc/" + name)))
          .startsWith("refused: ");
    }
    untouched();
  }

  /** CVE-2022-23648: an image's VOLUME copies nothing from outside of the image. */
  @Test
  void anImagesVolumeLeadsNowhere() throws IOException {
    var image = Busybox.image();
    image.set("Volumes", Map.of("/../.." + secret, "", "/data", ""));
    String name;
    try {
      name = TestImages.push("volume", image.build());
      BED.node().pull(name);
    } catch (StatusRuntimeException e) {
      untouched();
      return;
    }
    var config =
        Pods.container("main", name, "sh", "-c", "ls ." + secret + " /data 2>&1; echo end");
    assertThat(outcome(BED.node().pod("volume"), config))
        .doesNotContain("file\n")
        .endsWith("end\n");
    untouched();
  }

  /** CVE-2019-16884, CVE-2019-19921, CVE-2023-27561: no volume over the kernel's files. */
  @Test
  void noVolumeGoesOverProc() throws IOException {
    String pod = BED.node().pod("over");
    int i = 0;
    for (String target : List.of("/proc", "/proc/self", "/proc/self/attr", "/proc/sys/kernel")) {
      assertThat(outcome(pod, Node.shell("m" + i++, "true").addMounts(volume(target))))
          .startsWith("refused: ");
    }
    untouched();
  }

  private static Mount volume(String target) {
    return Mount.newBuilder()
        .setHostPath(secret.toString())
        .setContainerPath(target)
        .setReadonly(true)
        .build();
  }

  /**
   * CVE-2021-30465, CVE-2024-45310, CVE-2021-25741: a neighbour swaps a directory of a shared
   * volume for a link while mounts are made below it.
   */
  @Test
  void aDirectoryThatBecomesALinkLeadsNoMountOut() throws Exception {
    Node node = BED.node();
    Path shared = Files.createDirectories(BED.home().resolve("shared"));
    Path source = Files.createDirectories(BED.home().resolve("source"));
    String pod = node.pod("swap");
    Path here = shared.resolve("here");
    try (ExecutorService swapper = Executors.newSingleThreadExecutor()) {
      Future<?> swapping = swapper.submit(() -> swap(shared, here));
      for (int i = 0; i < 25; i++) {
        var config =
            Node.shell("m" + i, "true")
                .addMounts(
                    Mount.newBuilder().setHostPath(shared.toString()).setContainerPath("/shared"))
                .addMounts(
                    Mount.newBuilder()
                        .setHostPath(source.toString())
                        .setContainerPath("/shared/here/made/in/a/race"));
        try {
          node.create(pod, config);
        } catch (StatusRuntimeException e) {
          assertThat(e.getStatus().getCode()).isNotEqualTo(Status.Code.UNKNOWN);
        }
        untouched();
      }
      swapping.cancel(true);
    }
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(secret.toString());
  }

  private static Void swap(Path shared, Path here) throws IOException {
    Path link = shared.resolve("link");
    Path folder = shared.resolve("folder");
    Files.createDirectories(folder);
    Files.createSymbolicLink(link, secret);
    while (!Thread.currentThread().isInterrupted()) {
      Files.move(link, here, StandardCopyOption.ATOMIC_MOVE);
      Files.move(here, link, StandardCopyOption.ATOMIC_MOVE);
      Files.move(folder, here, StandardCopyOption.ATOMIC_MOVE);
      Files.move(here, folder, StandardCopyOption.ATOMIC_MOVE);
    }
    return null;
  }

  /** CVE-2021-21334: what one container is told, no other hears. */
  @Test
  void environmentsDoNotMix() throws Exception {
    Node node = BED.node();
    String pod = node.pod("environments");
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<String>> said =
          IntStream.range(0, 12)
              .mapToObj(i -> pool.submit(() -> node.output(pod, named(i))))
              .toList();
      for (int i = 0; i < said.size(); i++) {
        assertThat(said.get(i).get()).isEqualTo("MINE=" + i + "\n");
      }
    }
  }

  private static ContainerConfig.Builder named(int i) {
    var config = Node.shell("c" + i, "env | grep MINE");
    config
        .addEnvsBuilder()
        .setKey("MINE")
        .setValue(com.google.protobuf.ByteString.copyFromUtf8("" + i));
    return config;
  }

  /** CVE-2021-41103, CVE-2024-25621: nobody but root looks into what the daemon keeps. */
  @Test
  void theDaemonsFoldersAreRootsAlone() throws IOException {
    Node node = BED.node();
    node.sleeper(node.pod("folders"), "main");
    Path home = BED.daemon().settings().home();
    for (String name : List.of("root/containers", "root/images", "state/pods")) {
      Path folder = home.resolve(name);
      assertThat((int) Files.getAttribute(folder, "unix:mode") & 077).as(name).isZero();
      try (Stream<Path> below = Files.list(folder)) {
        for (Path each : below.filter(Files::isDirectory).toList()) {
          assertThat((int) Files.getAttribute(each, "unix:mode") & 077).as("%s", each).isZero();
        }
      }
    }
  }

  /** CVE-2020-15257, CVE-2019-14891. */
  @Test
  void socketsArePathsOfRootsAlone() throws IOException {
    Node node = BED.node();
    String pod = node.pod("sockets");
    node.sleeper(pod, "main");
    Path state = BED.daemon().settings().home().resolve("state");
    Path shim = state.resolve("pods").resolve(pod).resolve("shim.sock");
    assertThat((int) Files.getAttribute(shim, "unix:mode") & 077).isZero();
    Path cri = BED.daemon().settings().socket();
    assertThat((int) Files.getAttribute(cri, "unix:mode") & 007).isZero();
    assertThat(Files.readAllLines(Path.of("/proc/net/unix")))
        .noneMatch(line -> line.contains("@") && line.contains(pod));
    String info =
        node.runtime()
            .podSandboxStatus(
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod).setVerbose(true).build())
            .getInfoOrThrow("info");
    Matcher pid = Pattern.compile("\"pid\":(\\d+)").matcher(info);
    assertThat(pid.find()).isTrue();
    assertThat(Files.readString(Path.of("/proc", pid.group(1), "cgroup"))).doesNotContain(pod);
  }

  /**
   * A container that may trace everything it sees finds nothing of the machine behind the processes
   * of a thousand execs. Shown to fail when the exec helper keeps a descriptor.
   */
  @Test
  void nothingOfTheMachineIsInReachWhileExecsRun() throws Exception {
    Node node = BED.node();
    var options = UserNamespaces.options().clearUsernsOptions().setPid(NamespaceMode.POD);
    var config = node.podConfig("scan");
    config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options);
    String pod = node.pod(config.build());
    var target = Inside.sleeper("target");
    target.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(options);
    String running = node.run(pod, target);
    var scanner = Inside.prober("scanner", "scan:" + secret);
    scanner
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .setNamespaceOptions(options)
        .getCapabilitiesBuilder()
        .addAddCapabilities("SYS_PTRACE");
    String scanning = node.run(pod, scanner);
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<?>> execs =
          IntStream.range(0, 4)
              .<Future<?>>mapToObj(
                  t ->
                      pool.submit(
                          () -> {
                            for (int i = 0; i < 250; i++) {
                              node.exec(running, "/bin/true");
                            }
                          }))
              .toList();
      for (Future<?> exec : execs) {
        exec.get();
      }
    }
    node.stop(scanning, 10);
    String found = dev.berth.e2e.cri.LogLine.text(node.log(scanning), "stdout");
    assertThat(found).contains("\"scan:" + secret + "\":\"nothing in");
    // it has looked at more than its neighbours
    assertThat(found).containsPattern("nothing in [0-9]{2,} processes");
  }
}
