package dev.berth.handler;

import dev.berth.spec.oci.OciSpec;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An OCI runtime by its command line, which is that of runc and of all that came after it: {@code
 * PROGRAM [OPTION]... COMMAND ID}.
 *
 * @param name the handler's name
 * @param command the program, an absolute path or a name that is searched in {@link #PATH}, and
 *     options that go before the command
 * @param state where it keeps its own state
 */
public record OciRuntime(String name, List<String> command, Path state) {
  /** Where programs without a slash are searched; all that a runtime has for an environment. */
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** The shim's names for the files of the first command; see {@code foreign.h}. */
  private static final String CREATE = "create";

  public OciRuntime {
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("handler " + name + " has no command");
    }
  }

  /** The environment it is run with. */
  static List<String> environment() {
    return List.of("PATH=" + PATH);
  }

  /** The program, when it is there; looked for anew each time. */
  public Optional<Path> program() {
    String given = command.getFirst();
    List<String> folders =
        given.contains(File.separator) ? List.of("/") : List.of(PATH.split(File.pathSeparator, -1));
    return folders.stream()
        .map(folder -> Path.of(folder).resolve(given))
        .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
        .findFirst();
  }

  /** Makes a container of a bundle, whose program waits for the start. */
  List<String> create(Bundle bundle, OciSpec spec) {
    List<String> words = words(CREATE);
    words.addAll(List.of("create", "--bundle", bundle.folder().toString()));
    words.addAll(report(CREATE, spec.process().terminal()));
    words.add(bundle.containerId());
    return words;
  }

  /** Lets it run. */
  List<String> start(String containerId) {
    List<String> words = words("start");
    words.addAll(List.of("start", containerId));
    return words;
  }

  /** One more process, which outlives the command. */
  List<String> exec(Bundle bundle, String execId, boolean terminal) {
    List<String> words = words(execId);
    words.addAll(List.of("exec", "--detach", "--process", bundle.process(execId).toString()));
    words.addAll(report(execId, terminal));
    words.add(bundle.containerId());
    return words;
  }

  /** Takes away what it keeps of a container, killing what still runs. */
  List<String> delete(String containerId) {
    List<String> words = words("delete");
    words.addAll(List.of("delete", "--force", containerId));
    return words;
  }

  private List<String> words(String commandName) {
    var words = new ArrayList<String>();
    words.add(program().map(Path::toString).orElse("/" + command.getFirst()));
    words.addAll(command.subList(1, command.size()));
    words.addAll(List.of("--root", state.toString(), "--log", commandName + ".log"));
    return words;
  }

  private static List<String> report(String commandName, boolean terminal) {
    var words = new ArrayList<>(List.of("--pid-file", commandName + ".pid"));
    if (terminal) {
      words.addAll(List.of("--console-socket", commandName + ".sock"));
    }
    return words;
  }
}
