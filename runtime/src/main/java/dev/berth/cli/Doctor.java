package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigRefused;
import dev.berth.cri.v1.RuntimeCondition;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.daemon.InstanceId;
import dev.berth.rpc.CriChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code berth doctor}: what is well with the machine and the daemon, and what to do otherwise. */
@Command(
    name = "doctor",
    description = {
      "Look at the machine and at the daemon: each line ok, warn or fail, with what to do.",
      "Ends with 1 when something failed. Takes the options of serve."
    })
final class Doctor implements Callable<Integer> {
  private static final int SECONDS = 3;

  @Option(names = "-o", paramLabel = "FORMAT", description = "table or json")
  Client.Form form = Client.Form.table;

  @Parameters(paramLabel = "OPTION", description = "as for serve", arity = "0..*")
  List<String> options = List.of();

  private final List<Finding> findings = new ArrayList<>();

  @Override
  public Integer call() {
    Path disk = Path.of("/");
    try {
      BerthConfig config = ServeOptions.parse(options, ServeOptions.DEFAULT_FILE);
      findings.add(Finding.ok("configuration", "can be used"));
      disk = existing(config.root());
      daemon(config.socket());
      findings.addAll(RegistryCheckup.of(config.registry().configPath(), System.getenv()));
      findings.addAll(NetworkCheckup.of(config.network()));
      leavings(config.root());
    } catch (ServeOptions.Wrong | ConfigRefused e) {
      findings.add(
          Finding.fail("configuration", String.valueOf(e.getMessage()), "berth config check"));
    }
    findings.addAll(Checkup.of(Path.of("/"), disk));
    System.out.print(form == Client.Form.json ? json() : table());
    return findings.stream().anyMatch(f -> f.level() == Finding.Level.fail) ? 1 : 0;
  }

  private static Path existing(Path path) {
    Path at = path;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private void daemon(Path socket) {
    if (!Files.exists(socket)) {
      findings.add(Finding.warn("daemon", "nothing listens on " + socket, "berth serve"));
      return;
    }
    try (CriChannel channel = new CriChannel(socket)) {
      var status =
          RuntimeServiceGrpc.newBlockingStub(channel.channel())
              .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
              .status(StatusRequest.getDefaultInstance())
              .getStatus();
      status.getConditionsList().forEach(this::condition);
    } catch (StatusRuntimeException e) {
      findings.add(
          Finding.fail("daemon", socket + ": " + e.getStatus(), "look at the daemon's log"));
    }
  }

  private void condition(RuntimeCondition condition) {
    findings.add(
        condition.getStatus()
            ? Finding.ok(condition.getType(), "true")
            : Finding.fail(condition.getType(), condition.getReason(), condition.getMessage()));
  }

  private void leavings(Path root) {
    String own = "";
    try {
      own = InstanceId.of(root).hex();
    } catch (IOException e) {
      // it never ran: none of them is its own
    }
    Set<String> others = Checkup.otherInstances(Path.of("/sys/fs/cgroup"), own);
    findings.add(
        others.isEmpty()
            ? Finding.ok("leavings", "none of other instances")
            : Finding.warn(
                "leavings",
                "cgroups of other instances: " + String.join(", ", others),
                "if such a daemon is gone for good: berth clean --root ITS_ROOT"));
  }

  private String table() {
    Table table = new Table("", "ABOUT", "FOUND", "WHAT TO DO");
    findings.forEach(f -> table.row(f.level().name(), f.about(), f.said(), f.advice()));
    return table.text();
  }

  private String json() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    findings.forEach(
        f ->
            list.addObject()
                .put("level", f.level().name().toLowerCase(Locale.ROOT))
                .put("about", f.about())
                .put("found", f.said())
                .put("advice", f.advice()));
    return list.toPrettyString() + "\n";
  }
}
