package dev.berth.spec;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.image.ImageConfig;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;
import java.util.ArrayList;
import java.util.List;

/** What a container runs and where: the request's words, filled up from the image. */
final class Command {
  private Command() {}

  /**
   * The command line. The request's command replaces the image's entrypoint and its cmd; without
   * one the request's args replace the cmd.
   *
   * @throws dev.berth.fault.Fault.InvalidArgument nobody names a command
   */
  static List<String> args(ContainerConfig config, ImageConfig image) {
    var args = new ArrayList<String>();
    if (config.getCommandCount() > 0) {
      args.addAll(config.getCommandList());
      args.addAll(config.getArgsList());
    } else {
      args.addAll(image.entrypoint());
      args.addAll(config.getArgsCount() > 0 ? config.getArgsList() : image.cmd());
    }
    if (args.isEmpty()) {
      throw Refusal.of("config.command", "", "neither the request nor the image names a command");
    }
    return checked("config.command", args);
  }

  /**
   * Words that can be handed to exec (execve(2)).
   *
   * @throws dev.berth.fault.Fault.InvalidArgument the first is empty, or one holds a zero byte
   */
  static List<String> checked(String field, List<String> args) {
    if (args.isEmpty() || args.getFirst().isEmpty()) {
      throw Refusal.of(field, "", "must name a command");
    }
    for (String arg : args) {
      if (arg.indexOf('\0') >= 0) {
        throw Refusal.of(field, arg, "an argument holds no zero byte");
      }
    }
    return List.copyOf(args);
  }

  /** The absolute working directory: the request's, else the image's, else the root. */
  static String workingDir(ContainerConfig config, ImageConfig image) {
    if (!config.getWorkingDir().isEmpty()) {
      return absolute("config.working_dir", config.getWorkingDir());
    }
    return image.workingDir().isEmpty()
        ? "/"
        : absolute("image config working dir", image.workingDir());
  }

  /** Kept as written: {@code ..} after a symbolic link is for whoever resolves it in the root. */
  private static String absolute(String field, String dir) {
    Paths.absolute(field, dir);
    return dir;
  }
}
