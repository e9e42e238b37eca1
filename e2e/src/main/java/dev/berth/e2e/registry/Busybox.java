package dev.berth.e2e.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The busybox layer, made from the machine's own static busybox (package busybox-static): one
 * program, a hard link for each of its commands, and what Debian's build of it leaves out.
 */
public final class Busybox {
  private static final Path PROGRAM = Path.of("/bin/busybox");

  private Busybox() {}

  /** Whether the machine has a busybox. */
  public static boolean available() {
    return Files.isExecutable(PROGRAM);
  }

  /** The layer, gzip-packed. */
  public static Layer layer() throws IOException {
    return layer(Layer.Compression.GZIP);
  }

  /** The layer in another packing; its diff id stays. */
  public static Layer layer(Layer.Compression compression) throws IOException {
    byte[] program = Files.readAllBytes(PROGRAM);
    LayerBuilder layer = new LayerBuilder();
    layer.dirs("bin", "dev", "etc", "home", "proc", "root", "sys", "var", "var/run", "var/www");
    layer.dir("tmp", 01777, 0, 0);
    layer.file("bin/busybox", 0755, program);
    for (String command : commands()) {
      layer.hardlink("bin/" + command, "bin/busybox");
    }
    layer.file("bin/sh", 0755, shellWithoutLs(program));
    layer.file("bin/pgrep", 0755, bytes(PGREP));
    layer.file("bin/ipcs", 0755, bytes(IPCS));
    accounts(layer);
    return layer.build(compression);
  }

  /** An image of just this layer that starts a shell. */
  public static ImageBuilder image() throws IOException {
    return new ImageBuilder().layer(layer()).set("Cmd", List.of("sh"));
  }

  private static final String PGREP =
      """
      #!/bin/sh
      # prints the pid of every process whose name contains the argument
      for stat in /proc/[0-9]*/comm; do
        read -r name 2> /dev/null < "$stat" || continue
        case "$name" in *"$1"*) pid="${stat#/proc/}"; echo "${pid%/comm}" ;; esac
      done
      """;

  private static final String IPCS =
      """
      #!/bin/sh
      # lists shared memory segments as key, id and mode
      tail -n +2 /proc/sysvipc/shm | while read -r key id mode rest; do
        printf '0x%08x %s %s\\n' "$key" "$id" "$mode"
      done
      """;

  private static void accounts(LayerBuilder layer) {
    layer.text(
        "etc/passwd",
        """
        root:x:0:0:root:/root:/bin/sh
        www-data:x:33:33:www-data:/var/www:/bin/false
        nobody:x:65534:65534:nobody:/home:/bin/false
        """);
    layer.text("etc/group", "root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n");
  }

  private static List<String> commands() throws IOException {
    Process process = new ProcessBuilder(PROGRAM.toString(), "--list").start();
    String listed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> commands = new ArrayList<>(listed.lines().toList());
    commands.removeAll(List.of("busybox", "sh"));
    return commands;
  }

  /**
   * Debian's busybox shell answers {@code ls} from inside itself, without a look at /bin/ls, which
   * hides whether a mask over that file works. In this copy the inner command has another name.
   */
  private static byte[] shellWithoutLs(byte[] program) {
    byte[] table = bytes("\0ls\0lsmod\0");
    byte[] copy = program.clone();
    int at = indexOf(copy, table);
    if (at >= 0) {
      copy[at + 2] = 'r';
    }
    return copy;
  }

  private static int indexOf(byte[] where, byte[] what) {
    for (int i = 0; i + what.length <= where.length; i++) {
      if (Arrays.equals(where, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
