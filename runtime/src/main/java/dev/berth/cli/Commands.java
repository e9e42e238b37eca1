package dev.berth.cli;

import dev.berth.config.LogLevel;
import dev.berth.daemon.BerthVersion;
import dev.berth.daemon.DaemonLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands for people. */
@Command(
    name = "berth",
    description = "A Kubernetes container runtime.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Commands.ServeHelp.class,
      Commands.ShowVersion.class,
      Quickstart.class,
      Ps.class,
      Top.class,
      TraceCommand.class,
      Events.class,
      PullsCommand.class,
      LogLevelCommand.class,
      ReloadCommand.class,
      Doctor.class,
      ConfigCommand.class,
      Clean.class,
      Pull.class,
      Import.class,
      Export.class,
      Fsck.class,
      Df.class,
      Commands.State.class,
      Train.class,
      Pages.class,
      Commands.BuildHelp.class,
      Commands.PackageHelp.class,
      Commands.TestHelp.class,
      HelpCommand.class
    })
final class Commands {
  private Commands() {}

  /** Runs one command; its exit code. */
  static int run(List<String> args) {
    DaemonLog.configure(LogLevel.ERROR);
    if (args.isEmpty()) {
      line().usage(System.err);
      return CommandLine.ExitCode.USAGE;
    }
    return line(args.getFirst()).execute(args.toArray(new String[0]));
  }

  /** All commands. */
  static CommandLine line() {
    return prepared(new CommandLine(new Commands()));
  }

  /**
   * The one command of that name, where there is one, and else all: reading the options of all two
   * dozen takes longer than what most commands do.
   */
  static CommandLine line(String name) {
    Object command = command(name);
    return command == null
        ? line()
        : prepared(
            new CommandLine(CommandSpec.create().name("berth")).addSubcommand(name, command));
  }

  private static @Nullable Object command(String name) {
    return switch (name) {
      case "version" -> new ShowVersion();
      case "quickstart" -> new Quickstart();
      case "ps" -> new Ps();
      case "top" -> new Top();
      case "trace" -> new TraceCommand();
      case "events" -> new Events();
      case "pulls" -> new PullsCommand();
      case "log-level" -> new LogLevelCommand();
      case "reload" -> new ReloadCommand();
      case "doctor" -> new Doctor();
      case "config" -> new ConfigCommand();
      case "clean" -> new Clean();
      case "pull" -> new Pull();
      case "import" -> new Import();
      case "export" -> new Export();
      case "fsck" -> new Fsck();
      case "df" -> new Df();
      case "state" -> new State();
      case "train" -> new Train();
      case "pages" -> new Pages();
      default -> null; // help, what only the launcher does, and what does not exist
    };
  }

  private static CommandLine prepared(CommandLine commands) {
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    addHelp(commands);
    Map<String, CommandLine> named = new HashMap<>(commands.getSubcommands());
    CommandLine state = named.get("state");
    if (state != null) {
      named.putAll(state.getSubcommands());
    }
    // The options after these are serve's: parsed there.
    Stream.of("clean", "doctor", "dump")
        .filter(named::containsKey)
        .forEach(
            name ->
                Objects.requireNonNull(named.get(name))
                    .setUnmatchedOptionsArePositionalParams(true));
    return commands;
  }

  /** Every command explains itself, also with its parameters missing. */
  private static void addHelp(CommandLine commands) {
    for (CommandLine command : commands.getSubcommands().values()) {
      if (command.getCommandSpec().findOption("--help") == null) {
        command.addMixin("help", new HelpOption());
      }
      addHelp(command);
    }
  }

  static final class HelpOption {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "show this text")
    boolean asked;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"berth " + BerthVersion.TEXT};
    }
  }

  @Command(name = "version", description = "Print the version.")
  static final class ShowVersion implements Runnable {
    @Override
    public void run() {
      System.out.println("berth " + BerthVersion.TEXT);
    }
  }

  /** What a daemon has written down. */
  @Command(
      name = "state",
      description = "Look into what a daemon has written down.",
      subcommands = {StateDump.class})
  static final class State implements Callable<Integer> {
    @Spec @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      Objects.requireNonNull(spec).commandLine().usage(System.err);
      return CommandLine.ExitCode.USAGE;
    }
  }

  /** Only its help is picocli's: {@link Main} runs serve itself. */
  @Command(
      name = "serve",
      description = {
        "Run the daemon: answer the CRI on a unix socket.",
        "SIGTERM ends it and leaves the pods running."
      })
  static final class ServeHelp implements Runnable {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "TOML; default /etc/berth/config.toml when it is there")
    String config = "";

    @Option(names = "--root", paramLabel = "DIR", description = "default /var/lib/berth")
    String root = "";

    @Option(names = "--state", paramLabel = "DIR", description = "default /run/berth")
    String state = "";

    @Option(names = "--socket", paramLabel = "PATH", description = "default STATE/berth.sock")
    String socket = "";

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        description = "any key of docs/config.md; stronger than the file")
    List<String> set = List.of();

    @Override
    public void run() {
      throw new IllegalStateException("serve is not run from here");
    }
  }

  /** Run by the launcher script, which has the sources and Maven. */
  @Command(
      name = "package",
      description = "Make a tarball and a Debian package, in a source tree: bin/berth package.")
  static final class PackageHelp implements Callable<Integer> {
    @Override
    public Integer call() {
      System.err.println("berth package: run bin/berth package in a source tree");
      return CommandLine.ExitCode.USAGE;
    }
  }

  /** Run by the launcher script, as {@link TestHelp}. */
  @Command(
      name = "build",
      description = "Build anew and train the AOT cache, in a source tree: bin/berth build.")
  static final class BuildHelp implements Callable<Integer> {
    @Override
    public Integer call() {
      System.err.println("berth build: run bin/berth build in a source tree");
      return CommandLine.ExitCode.USAGE;
    }
  }

  /** Run by the launcher script, which has the sources and Maven. */
  @Command(name = "test", description = "Run the tests, in a source tree: bin/berth test.")
  static final class TestHelp implements Callable<Integer> {
    @Parameters(hidden = true, arity = "0..*")
    List<String> rest = List.of();

    @Override
    public Integer call() {
      System.err.println("berth test: run bin/berth test in a source tree");
      return CommandLine.ExitCode.USAGE;
    }
  }
}
