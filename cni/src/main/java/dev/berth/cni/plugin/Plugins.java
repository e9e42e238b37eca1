package dev.berth.cni.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.conf.CniFormatException;
import dev.berth.cni.conf.CniJson;
import dev.berth.cni.conf.CniVersion;
import dev.berth.kernel.Errno;
import dev.berth.shim.OutsideProgram;
import dev.berth.shim.OutsidePrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds plugins and runs them.
 *
 * <p>Threads: safe; a call blocks its thread until the plugin has ended.
 */
public final class Plugins {
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int LONGEST_MESSAGE = 1024;

  private final List<Path> folders;
  private final OutsidePrograms programs;

  /**
   * Over the folders that are searched in order.
   *
   * @param programs the caller's to close
   */
  public Plugins(List<Path> folders, OutsidePrograms programs) {
    this.folders = List.copyOf(folders);
    this.programs = programs;
  }

  /**
   * Finds a plugin.
   *
   * @param type its name, checked when the configuration was read
   * @throws PluginFailed when no folder has it
   */
  public Path find(String type) throws PluginFailed {
    for (Path folder : folders) {
      Path program = folder.resolve(type);
      if (Files.isExecutable(program) && Files.isRegularFile(program)) {
        return program;
      }
    }
    throw new PluginFailed("plugin " + type + " is in none of " + folders, 0);
  }

  /**
   * Runs a plugin.
   *
   * @param call what CNI_ variables say beside the command and the path
   * @param input its configuration
   * @return what it printed
   * @throws PluginFailed it failed, hung, printed too much, or is not there
   * @throws IOException it could not be run
   */
  public byte[] run(
      String type, Command command, List<String> call, ObjectNode input, Duration deadline)
      throws IOException {
    List<String> environment = new ArrayList<>(List.of(PATH, "CNI_COMMAND=" + command));
    environment.add("CNI_PATH=" + path());
    environment.addAll(call);
    OutsideProgram.Outcome outcome =
        programs.run(
            new OutsideProgram(
                find(type).toString(),
                List.of(),
                environment,
                "/",
                CniJson.bytes(input),
                deadline,
                CniJson.MAX_BYTES));
    if (!outcome.succeeded()) {
      throw failed(type, command, deadline, outcome);
    }
    return outcome.output();
  }

  private String path() {
    return folders.stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  private static PluginFailed failed(
      String type, Command command, Duration deadline, OutsideProgram.Outcome outcome) {
    String about = "plugin " + type + " " + command + ": ";
    return switch (outcome.end()) {
      case EXIT -> refused(about, outcome);
      case SIGNAL -> new PluginFailed(about + "ended by signal " + outcome.number(), 0);
      case DEADLINE ->
          new PluginFailed(about + "killed, it did not end in " + deadline.toMillis() + " ms", 0);
      case OUTPUT ->
          new PluginFailed(about + "killed, it wrote more than " + CniJson.MAX_BYTES + " bytes", 0);
      case START -> new PluginFailed(about + "not started: " + Errno.text(outcome.number()), 0);
    };
  }

  /** A plugin says what is wrong as JSON on its output; one that broke may have said it anyhow. */
  private static PluginFailed refused(String about, OutsideProgram.Outcome outcome) {
    try {
      ObjectNode error = CniJson.object(outcome.output(), "its error");
      String text = error.path("msg").asText();
      String details = error.path("details").asText();
      String whole = details.isEmpty() ? text : text + ": " + details;
      if (!whole.isEmpty()) {
        return new PluginFailed(about + printable(whole), error.path("code").asInt());
      }
    } catch (CniFormatException e) {
      // Not an error of the specification; its other words are all there is.
    }
    byte[] words = outcome.errors().length > 0 ? outcome.errors() : outcome.output();
    return new PluginFailed(
        about
            + "ended with status "
            + outcome.number()
            + ": "
            + printable(new String(words, StandardCharsets.UTF_8)),
        0);
  }

  private static String printable(String text) {
    String cut = text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) : text;
    return cut.strip().replaceAll("\\p{Cntrl}+", " ");
  }

  /**
   * Asks a plugin which versions it speaks.
   *
   * @return those that Berth speaks too
   * @throws IOException as {@link #run}
   */
  public Set<CniVersion> versions(String type, Duration deadline) throws IOException {
    ObjectNode question = CniJson.object().put("cniVersion", CniVersion.V1_0_0.text());
    byte[] answer =
        run(
            type,
            Command.VERSION,
            // Old plugins want all of them even here.
            List.of("CNI_CONTAINERID=dummy", "CNI_NETNS=dummy", "CNI_IFNAME=dummy"),
            question,
            deadline);
    Set<CniVersion> known = EnumSet.noneOf(CniVersion.class);
    for (JsonNode text :
        CniJson.object(answer, "plugin " + type + " VERSION: its answer")
            .path("supportedVersions")) {
      CniVersion.of(text.asText()).ifPresent(known::add);
    }
    return known;
  }
}
