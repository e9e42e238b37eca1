package dev.berth.cli;

import dev.berth.api.v1.ListPullsRequest;
import dev.berth.api.v1.ListPullsResponse;
import dev.berth.api.v1.Pull;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code berth pulls}: pulls that run, and the last ones that ended. */
@Command(name = "pulls", description = "List pulls that run, and the last ones that ended.")
final class PullsCommand implements Callable<Integer> {
  @Mixin Client client = new Client();

  @Override
  public Integer call() throws Exception {
    return client.run("pulls", this::show);
  }

  private void show(Client.Stubs stubs) {
    ListPullsResponse pulls = stubs.node().listPulls(ListPullsRequest.getDefaultInstance());
    System.out.print(
        client.json()
            ? MessageJson.of(pulls).toPrettyString() + "\n"
            : table(pulls, System.currentTimeMillis()));
  }

  static String table(ListPullsResponse pulls, long now) {
    Table table = new Table("IMAGE", "BEGAN", "TOOK", "SIZE", "RATE", "OUTCOME");
    for (Pull pull : pulls.getPullsList()) {
      boolean runs = pull.getEndedAt() == 0;
      long end = runs ? now * 1_000_000 : pull.getEndedAt();
      long took = Math.max(1, end - pull.getBeganAt());
      boolean done = !runs && pull.getFailure().isEmpty();
      table.row(
          pull.getReference(),
          Amounts.ago(pull.getBeganAt(), now) + " ago",
          Amounts.millis(took),
          done ? Amounts.bytes(pull.getBytes()) : "-",
          done ? Amounts.bytes((long) (pull.getBytes() * 1e9 / took)) + "/s" : "-",
          runs ? "running" : pull.getFailure().isEmpty() ? "succeeded" : pull.getFailure());
    }
    return table.text();
  }
}
