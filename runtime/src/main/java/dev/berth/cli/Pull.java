package dev.berth.cli;

import dev.berth.api.v1.ImagesGrpc;
import dev.berth.api.v1.PullProgress;
import dev.berth.api.v1.PullRequest;
import java.io.Console;
import java.util.Iterator;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code berth pull}: an image, with a bar a layer. */
@Command(
    name = "pull",
    description = {
      "Pull an image into the daemon's store, with a bar for each layer.",
      "The daemon's hosts.toml files and credentials count as for the kubelet."
    })
final class Pull extends ImageCommand {
  @Parameters(paramLabel = "REFERENCE", description = "busybox, registry.example/app:1, …")
  String reference = "";

  @Option(names = "--username", paramLabel = "NAME", description = "for the image's registry")
  String username = "";

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      arity = "0..1",
      interactive = true,
      description = "asked for when it is not given")
  String password = "";

  @SuppressWarnings("SystemConsoleNull") // some JDKs have none without a terminal
  private static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  @Override
  int ask(ImagesGrpc.ImagesBlockingStub images) {
    PullRequest request =
        PullRequest.newBuilder()
            .setReference(reference)
            .setUsername(username)
            .setPassword(password)
            .build();
    boolean bars = !asJson() && onTerminal();
    PullBars drawn = new PullBars(System.out);
    Iterator<PullProgress> messages = images.pull(request);
    String id = "";
    while (messages.hasNext()) {
      PullProgress progress = messages.next();
      id = progress.getImageId();
      if (bars && id.isEmpty()) {
        drawn.draw(progress);
      }
    }
    if (asJson()) {
      print(Map.of("reference", reference, "id", id));
    } else {
      System.out.println(id);
    }
    return 0;
  }
}
