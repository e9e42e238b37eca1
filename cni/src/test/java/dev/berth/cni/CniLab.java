package dev.berth.cni;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.kernel.Kernel;
import dev.berth.netns.TestNetns;
import dev.berth.network.AttachRequest;
import dev.berth.network.Attachment;
import dev.berth.network.Bandwidth;
import dev.berth.network.HostPort;
import dev.berth.network.PodFacts;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host, played by the JVM's own network namespace, with a network of CNI plugins: those of the
 * machine, and scripts. After each test no record and no pinned namespace may be left.
 */
abstract class CniLab {
  static final Path REAL = Path.of("/usr/lib/cni");

  @TempDir Path home;
  final List<TestNetns> pods = new ArrayList<>();
  CniNetwork network;

  @BeforeEach
  void ownHost() throws IOException {
    TestNetns.assumeOwnHost();
    Files.createDirectories(home.resolve("net.d"));
    Files.createDirectories(home.resolve("bin"));
    network = open(Duration.ofSeconds(20));
  }

  CniNetwork open(Duration timeout) {
    return open(timeout, List.of());
  }

  /** A daemon's network that takes over what an earlier one left. */
  CniNetwork open(Duration timeout, List<Attachment> live) {
    CniNetwork opened =
        new CniNetwork(
            new CniSettings(
                "0a1b2c3d",
                home.resolve("net.d"),
                List.of(home.resolve("bin"), REAL),
                timeout,
                home.resolve("records"),
                home.resolve("pins")),
            Kernel.linux(),
            Faults.NONE);
    opened.recover(live);
    opened.prepare();
    return opened;
  }

  @AfterEach
  void nothingStays() throws IOException {
    if (network == null) {
      return;
    }
    network.close();
    pods.forEach(TestNetns::close);
    assertThat(files("records")).isEmpty();
    assertThat(files("pins")).isEmpty();
  }

  List<String> files(String folder) throws IOException {
    if (!Files.isDirectory(home.resolve(folder))) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(home.resolve(folder))) {
      return found.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Writes a list of plugins, replacing the one before it at once. */
  void conf(String version, String plugins) throws IOException {
    Path beside = home.resolve("beside");
    Files.writeString(
        beside,
        """
        {"cniVersion": "%s", "name": "lab", "plugins": [%s]}
        """
            .formatted(version, plugins));
    Files.move(
        beside,
        home.resolve("net.d/10-lab.conflist"),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** Addresses from a range, with the leases in the test's own folder. */
  String ipam(String range) {
    return "\"ipam\": {\"type\": \"host-local\", \"dataDir\": \""
        + home.resolve("leases")
        + "\", \"ranges\": [[{\"subnet\": \""
        + range
        + "\"}]], \"routes\": [{\"dst\": \"0.0.0.0/0\"}]}";
  }

  /** A plugin that is a shell script; it knows every version, and notes each call in "calls". */
  void plugin(String name, String script) throws IOException {
    String text =
        """
        #!/bin/sh
        if [ "$CNI_COMMAND" = VERSION ]; then
          echo '{"cniVersion":"1.1.0","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]}'
          exit 0
        fi
        echo "%s $CNI_COMMAND $CNI_CONTAINERID" >> %s
        input=$(cat)
        %s
        """
            .formatted(name, home.resolve("calls"), script);
    Path file = home.resolve("bin").resolve(name);
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  List<String> calls() throws IOException {
    Path calls = home.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  TestNetns pod() {
    TestNetns pod = TestNetns.make();
    pods.add(pod);
    return pod;
  }

  Attachment attach(String id, TestNetns pod, HostPort... ports) {
    return network.attach(request(id, pod, Bandwidth.UNLIMITED, ports));
  }

  static AttachRequest request(String id, TestNetns pod, Bandwidth limits, HostPort... ports) {
    PodFacts facts =
        new PodFacts(
            "test",
            id,
            "uid-" + id,
            Map.of("some/note", "text"),
            "/pods/" + id,
            new PodFacts.Dns(List.of("10.96.0.10"), List.of("cluster.local"), List.of("ndots:5")),
            limits,
            new PodFacts.Wishes("02:00:00:00:00:07", List.of("10.9.9.9/24"), List.of("alias")));
    return new AttachRequest(id, facts, pod.socket, pod.netns, List.of(ports));
  }

  static String ip(Attachment attachment) {
    return attachment.ips().get(0).getHostAddress();
  }
}
