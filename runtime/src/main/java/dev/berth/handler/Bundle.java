package dev.berth.handler;

import dev.berth.spec.oci.OciJson;
import dev.berth.spec.oci.OciProcess;
import dev.berth.spec.oci.OciSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The folder that an OCI runtime finds a container in.
 *
 * <pre>
 * config.json       the spec
 * rootfs/ shm/      the root and the pod's shared memory, mounted by the shim where only the
 * ns/TYPE           runtime sees it; so are the pod's namespaces
 * COMMAND.log .pid  what the runtime says of a command
 * </pre>
 *
 * @param folder absolute; exists with mode 0700, and goes with the container
 */
public record Bundle(Path folder, String containerId) {
  private static final FileAttribute<Set<PosixFilePermission>> OURS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** Kinds of namespaces that a pod's shim can hold. */
  static final List<String> HELD = List.of("network", "ipc", "uts", "pid");

  /** Where the pod's shared memory is. */
  String shm() {
    return folder.resolve("shm").toString();
  }

  /** Where a namespace of the pod is. */
  String namespace(String type) {
    return folder.resolve("ns").resolve(type).toString();
  }

  /** The spec of one more process. */
  Path process(String execId) {
    return folder.resolve(execId + ".json");
  }

  /** Writes the spec and makes the places for all that is mounted. */
  void write(OciSpec spec) throws IOException {
    Files.createDirectory(folder.resolve("rootfs"));
    Files.createDirectory(folder.resolve("shm"));
    Files.createDirectory(folder.resolve("ns"));
    for (String type : HELD) {
      Files.createFile(folder.resolve("ns").resolve(type), OURS);
    }
    write(folder.resolve("config.json"), OciJson.write(spec));
  }

  /** Writes the spec of one more process. */
  void write(String execId, OciProcess process) throws IOException {
    write(process(execId), OciJson.write(process));
  }

  /** Deletes what an exec session left. */
  public void forget(String execId) throws IOException {
    for (String suffix : List.of(".json", ".log", ".pid")) {
      Files.deleteIfExists(folder.resolve(execId + suffix));
    }
  }

  private static void write(Path file, byte[] json) throws IOException {
    Files.createFile(file, OURS);
    Files.write(file, json, StandardOpenOption.WRITE);
  }
}
