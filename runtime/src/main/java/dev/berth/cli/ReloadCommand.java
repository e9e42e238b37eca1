package dev.berth.cli;

import dev.berth.api.v1.ChangedKey;
import dev.berth.api.v1.ReloadConfigRequest;
import dev.berth.api.v1.ReloadConfigResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code berth reload}: a running daemon reads its configuration again. */
@Command(
    name = "reload",
    description = {
      "Make a running daemon read its configuration again, and say what has changed.",
      "Registries (hosts.toml, credentials) are read at every pull and need no reload."
    })
final class ReloadCommand implements Callable<Integer> {
  @Mixin Client client = new Client();

  @Override
  public Integer call() throws Exception {
    return client.run("reload", this::reload);
  }

  private void reload(Client.Stubs stubs) throws Exception {
    ReloadConfigResponse answer =
        stubs.node().reloadConfig(ReloadConfigRequest.getDefaultInstance());
    if (client.json()) {
      System.out.println(MessageJson.of(answer).toPrettyString());
      return;
    }
    answer.getAppliedList().forEach(key -> say("in force", key));
    answer.getAtNextStartList().forEach(key -> say("at the next start", key));
    if (answer.getAppliedCount() + answer.getAtNextStartCount() == 0) {
      System.out.println("nothing has changed");
    }
  }

  private static void say(String when, ChangedKey key) {
    System.out.printf("%s: %s = %s (was %s)%n", when, key.getKey(), key.getTo(), key.getFrom());
  }
}
